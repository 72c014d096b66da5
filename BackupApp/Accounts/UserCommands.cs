using System.Security.Cryptography;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;

namespace BackupApp.Accounts;

/// <summary>
/// <c>BackupApp user reset EMAIL [--password-stdin] [--revoke-tokens]</c>, for whoever has the
/// server's console: somebody who lost password or telephone gets in again.
/// </summary>
public sealed class UserCommands(AppUserManager users, SignOutEverywhere everywhere)
{
    private const string Usage = "Usage: BackupApp user reset EMAIL [--password-stdin] [--revoke-tokens]";
    private const string ReadPassword = "--password-stdin";
    private const string RevokeTokens = "--revoke-tokens";

    // 32 letters without those that look alike; 20 of them are 100 bits.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <param name="args">Without the leading <c>user</c>.</param>
    /// <returns>The exit code: 0 done, 1 refused, 2 not understood.</returns>
    public static async Task<int> RunAsync(string[] args, IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<UserCommands>().RunAsync(args, Console.In, Console.Out, Console.Error);
    }

    internal async Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter error)
    {
        if (args is not ["reset", var email, .. var rest] || rest.Except([ReadPassword, RevokeTokens]).Any())
        {
            await error.WriteLineAsync(Usage);
            return 2;
        }

        var user = await users.FindByEmailAsync(email);
        if (user is null)
        {
            await error.WriteLineAsync($"There is no user {email}.");
            return 1;
        }

        var typed = rest.Contains(ReadPassword) ? await input.ReadLineAsync() ?? "" : null;
        var password = typed ?? RandomNumberGenerator.GetString(Alphabet, 20);
        var result = await everywhere.RecoverAsync(user, password, rest.Contains(RevokeTokens), CancellationToken.None);
        if (!result.Succeeded)
        {
            await error.WriteLineAsync(string.Join(Environment.NewLine, result.Errors.Select(e => e.Description)));
            return 1;
        }

        if (typed is null)
            await output.WriteLineAsync(password);
        await error.WriteLineAsync($"{user.Email} has a new password, no second factor and no lockout; all sessions are over.");
        if (user.DisabledAt is not null)
            await error.WriteLineAsync("The user is still disabled: an administrator has to enable it.");
        return 0;
    }
}
