using BackupApp.Accounts;
using BackupApp.Api;
using BackupApp.Data;
using BackupApp.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddLogging();
return await Startup.RunAsync(builder, async (log, stop) =>
{
    var data = DataDirectory.From(builder.Configuration);
    await using var database = await ApplicationDatabase.OpenAsync(builder.Configuration, data, log, stop);

    builder.AddFeatures(database.ConnectionString, data);
    builder.AddHangfireQueues(database.ConnectionString);
    builder.AddAccounts();
    builder.AddHealth();
    builder.AddPages();

    var app = builder.Build();
    await app.PrepareAsync(database, stop);
    if (args is ["user", .. var command])
        return await UserCommands.RunAsync(command, app.Services);

    app.UsePages();
    app.MapHealth();
    app.MapFiles();
    app.MapHangfireDashboard();
    await app.RunAsync();
    return 0;
});
