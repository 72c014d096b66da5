using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using BackupApp.Api.Requests;

namespace BackupApp.Api;

/// <summary><c>/tokens</c>: keys to this API.</summary>
internal static class TokenRoutes
{
    public static void MapTokens(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/tokens").WithTags("Tokens");
        group.MapGet("", ListAsync).Produces<TokenResponse[]>()
            .Describe("listTokens", "List tokens", "Those that are not revoked, newest first.");
        group.MapPost("", CreateAsync).ConfirmItIsYou().Idempotent().Produces<NewTokenResponse>(201)
            .Describe(
                "createToken",
                "Make a token",
                "The token is in the answer and shown nowhere else; the caller owns it. "
                + "The role that counts is the lower of the token's and its owner's.",
                409);
        group.MapDelete("/{id}", RevokeAsync).Produces(204)
            .Describe("revokeToken", "Revoke a token", "It ends at once; a second time does nothing.", 404);
    }

    private static async Task<IReadOnlyList<TokenResponse>> ListAsync(ApiTokens tokens, CancellationToken cancellationToken) =>
    [
        .. (await tokens.ListAsync(null, cancellationToken)).Select(row => new TokenResponse(
            row.Token.Id,
            row.Token.Name,
            row.Token.Role,
            row.Token.DataSourceIds,
            row.Owner,
            row.Shown,
            row.Token.CreatedAt,
            row.Token.ExpiresAt,
            row.Token.LastUsedAt)),
    ];

    private static async Task<IResult> CreateAsync(
        Body<CreateTokenRequest> body, ApiTokens tokens, HttpContext context, CancellationToken cancellationToken)
    {
        var input = new ApiTokenInput
        {
            Name = body.Value.Name,
            Role = body.Value.Role!.Value,
            ExpiresInDays = body.Value.ExpiresInDays ?? ApiTokenInput.DefaultDays,
            DataSourceIds = body.Value.DataSourceIds,
        };
        var made = await tokens.CreateAsync(input, context.User, cancellationToken);
        return context.Created("/tokens", new NewTokenResponse(made.Token.Id, made.Text, made.Token.ExpiresAt));
    }

    private static async Task<IResult> RevokeAsync(Guid id, ApiTokens tokens, HttpContext context, CancellationToken cancellationToken)
    {
        await tokens.RevokeAsync(id, context.User, cancellationToken);
        return TypedResults.NoContent();
    }
}

public sealed class CreateTokenRequest
{
    [JsonRequired]
    [Description("What uses it.")]
    public string? Name { get; init; }

    [JsonRequired]
    public TokenRole? Role { get; init; }

    [Description("0 = it does not expire. The default is 90.")]
    public int? ExpiresInDays { get; init; }

    [Description("For a runner: only these. Absent: all.")]
    public Guid[]? DataSourceIds { get; init; }
}

/// <param name="Shown">How it begins.</param>
/// <param name="ExpiresAt">Absent: never.</param>
public sealed record TokenResponse(
    Guid Id,
    string Name,
    TokenRole Role,
    IReadOnlyList<Guid>? DataSourceIds,
    string Owner,
    string Shown,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt);

/// <param name="Token">Nobody can read it again.</param>
public sealed record NewTokenResponse(Guid Id, string Token, DateTimeOffset? ExpiresAt);
