using BackupApp.Accounts.People;
using BackupApp.Network;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts;

/// <summary>What sign-in needs once the database is up to date.</summary>
public static partial class AccountsStartup
{
    /// <summary>
    /// Makes the first Data Protection key and the first administrator or a setup link, which is logged
    /// as soon as the server listens. Call it within <see cref="DatabaseStartup.RunAsync"/>'s
    /// preparation, under its lock and after the key ring is open; only in a process with the web role.
    /// </summary>
    /// <exception cref="InvalidOperationException">The configured administrator is refused; the message says why.</exception>
    public static async Task PrepareAccountsAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        // Two processes that each made their own first key would not read each other's cookies for a while.
        services.GetDataProtector("first key").Protect("x");

        await using var scope = services.CreateAsyncScope();
        var token = await scope.ServiceProvider.GetRequiredService<FirstAdministrator>().PrepareAsync(cancellationToken);
        if (token is null)
            return;

        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AccountsStartup));
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(
            () => LogSetupLink(logger, $"{Address(services)}/Setup?token={token}"));
    }

    private static string Address(IServiceProvider services)
    {
        var address = services.GetRequiredService<IOptions<PublicAddress>>().Value;
        if (address.Address is { } configured)
            return configured;
        var addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var port = addresses.Select(a => BindingAddress.Parse(a).Port).FirstOrDefault(8080);
        return $"http://localhost:{port}{address.Base.ToUriComponent()}";
    }

    [LoggerMessage(LogLevel.Warning, "=====> BackupApp has no user yet. Create the administrator within 24 hours at {Link} <=====")]
    private static partial void LogSetupLink(ILogger logger, string link);
}
