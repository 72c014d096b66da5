using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Api;
using BackupApp.Data;
using BackupApp.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddLogging();
return await Startup.RunAsync(builder, async log =>
{
    var data = DataDirectory.From(builder.Configuration);
    await using var database = await ApplicationDatabase.OpenAsync(builder.Configuration, data, beside: args is ["user", ..], log);

    builder.AddFeatures(database.ConnectionString, data);
    builder.AddHangfireQueues(database.ConnectionString);
    builder.AddAccounts();
    builder.AddHealth();
    builder.AddPages();
    builder.AddApi();

    var app = builder.Build();
    await app.PrepareAsync(database);
    if (args is ["user", .. var command])
        return await UserCommands.RunAsync(command, app.Services);

    app.UsePages();
    app.UseApi();
    app.MapHealth();
    app.MapApi();
    app.MapFiles();
    app.MapHangfireDashboard();
    await app.RunAsync();
    return 0;
});
