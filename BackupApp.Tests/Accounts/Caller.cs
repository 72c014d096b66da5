using System.Security.Claims;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Accounts;

/// <summary>Calls a feature of the application as somebody, in a scope of its own, as a request would.</summary>
internal static class Caller
{
    /// <summary>Not a person: the configuration's token.</summary>
    public static ClaimsPrincipal Bootstrap { get; } = Of(new Claim(ClaimTypes.Role, nameof(Role.Administrator)));

    public static ClaimsPrincipal As(AppUser user) =>
        Of(new Claim(ClaimTypes.NameIdentifier, user.Id.ToString()), new Claim(ClaimTypes.Role, user.Role.ToString()));

    /// <summary>By a token of the user's.</summary>
    public static ClaimsPrincipal As(AppUser user, ApiToken token) => Of(
        new Claim(ClaimTypes.NameIdentifier, user.Id.ToString()),
        new Claim(ClaimTypes.Role, user.Role.ToString()),
        new Claim(ClaimTypes.Role, token.Role.ToString()),
        new Claim(TokenClaims.Id, token.Id.ToString()));

    public static async Task<T> CallAsync<TFeature, T>(this AccountsApp app, Func<TFeature, Task<T>> call)
        where TFeature : notnull
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await call(scope.ServiceProvider.GetRequiredService<TFeature>());
    }

    public static Task<AppUser> CreateUserAsync(this AccountsApp app, Role role) =>
        app.CreateUserAsync($"{Guid.NewGuid():N}@example.com", role);

    private static ClaimsPrincipal Of(params Claim[] claims) => new(new ClaimsIdentity(claims, "test"));
}
