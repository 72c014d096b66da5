using BackupApp.Accounts;
using BackupApp.Data;
using BackupApp.Hosting;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var connectionString = builder.Configuration.GetConnectionString("BackupApp") ?? throw new InvalidOperationException("ConnectionStrings__BackupApp is not set.");
var master = MasterKey.Load(builder.Configuration, DataDirectory.From(builder.Configuration), embedded: false);
builder.Services.AddDbContext<AppDbContext>(o => o.UseNpgsql(connectionString));
builder.Services.AddSingleton<SecretBox>();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddRazorPages();
builder.AddAccounts();

var app = builder.Build();
var startup = new DatabaseStartup(connectionString, TimeProvider.System, app.Logger);
await startup.RunAsync(
    async db =>
    {
        await app.Services.GetRequiredService<SecretBox>().OpenAsync(db, master, TimeProvider.System, CancellationToken.None);
        await app.Services.PrepareAccountsAsync(CancellationToken.None);
    },
    CancellationToken.None);
if (args is ["user", .. var command])
    return await UserCommands.RunAsync(command, app.Services);

app.UseSecurityHeaders();
app.UseExceptionHandler("/Error");
app.UseStatusCodePagesWithReExecute("/Error/{0}");
app.UseRouting();
app.UseAccounts();
app.MapStaticAssets();
app.MapRazorPages().WithStaticAssets();
await app.RunAsync();
return 0;
