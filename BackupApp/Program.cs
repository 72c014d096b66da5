using BackupApp.Accounts;
using BackupApp.Api;
using BackupApp.Data;
using BackupApp.Hosting;

var command = Commands.Find(args);
if (command.Alone is { } answer)
    return await answer();

var builder = Startup.CreateBuilder(args);
builder.AddLogging();
return await Startup.RunAsync(builder, async log =>
{
    builder.AddPages();
    var data = DataDirectory.From(builder.Configuration);
    await using var database = await ApplicationDatabase.OpenAsync(
        builder.Configuration, data, beside: command.WithServices is not null, log);

    builder.AddRooms(database.ConnectionString, data);
    builder.AddHangfireQueues(database.ConnectionString);
    builder.AddAccounts();
    builder.AddHealth();
    builder.AddApi();

    var app = builder.Build();
    await app.PrepareAsync(database);
    if (command.WithServices is { } run)
        return await run(app.Services);

    app.UsePages();
    app.UseApi();
    app.MapHealth();
    app.MapProtectionHealth();
    app.MapApi();
    app.MapFiles();
    app.MapQueueDashboard();
    await app.RunAsync();
    return 0;
});
