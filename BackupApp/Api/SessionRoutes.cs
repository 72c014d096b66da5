using BackupApp.Accounts;
using BackupApp.Accounts.SignIn;
using BackupApp.Api.Requests;
using BackupApp.Errors;

namespace BackupApp.Api;

/// <summary><c>/account/sessions</c> and <c>/users/{id}/sessions</c>: where one, or somebody else, is signed in to the pages.</summary>
internal static class SessionRoutes
{
    public static void MapSessions(this RouteGroupBuilder api)
    {
        var own = api.MapGroup("/account/sessions").WithTags("Sessions");
        own.MapGet("", ListOwnAsync).Produces<SessionResponse[]>()
            .Describe(
                "listOwnSessions",
                "List your sessions",
                "The browsers that are signed in as the token's owner, the last seen first.",
                409);
        own.MapDelete("", EndAllOwnAsync).Produces<SignOutResponse>()
            .Describe(
                "endOwnSessions",
                "Sign out everywhere",
                "Ends all your sessions at once. With `revokeTokens=true` your API tokens too, this one among them: "
                + "that needs a token with all of your role.",
                409);
        own.MapDelete("/{sessionId}", EndOwnAsync).Produces(204)
            .Describe("endOwnSession", "End one of your sessions", "At once.", 404, 409);

        var users = api.MapGroup("/users/{userId}/sessions").WithTags("Sessions");
        users.MapGet("", ListAsync).Produces<SessionResponse[]>()
            .Describe(
                "listUserSessions",
                "List a user's sessions",
                "The browsers that are signed in as the user, the last seen first.",
                404);
        users.MapDelete("", EndAllAsync).Produces<SignOutResponse>()
            .Describe(
                "endUserSessions",
                "Sign a user out everywhere",
                "Ends all sessions of the user at once. With `revokeTokens=true` the user's API tokens too.",
                404);
        users.MapDelete("/{sessionId}", EndAsync).Produces(204)
            .Describe("endUserSession", "End one session of a user", "At once.", 404);
    }

    private static Task<IReadOnlyList<SessionResponse>> ListOwnAsync(
        UserSessions sessions, HttpContext context, CancellationToken cancellationToken) =>
        ListAsync(Self(context), sessions, context, cancellationToken);

    private static async Task<IResult> EndAllOwnAsync(
        FromQuery<SignOutQuery> query,
        SignOutEverywhere everywhere,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        // The tokens of an administrator are worth more than one of them that may only read.
        if (query.Value.RevokeTokens && !context.User.HasWholeRole())
            return ApiProblem.Forbidden("Revoking your tokens needs a token with all of your role, or the page of your account.");
        return TypedResults.Ok(await EndAllAsync(Self(context), query, everywhere, context, cancellationToken));
    }

    private static Task<IResult> EndOwnAsync(
        Guid sessionId, UserSessions sessions, HttpContext context, CancellationToken cancellationToken) =>
        EndAsync(Self(context), sessionId, sessions, context, cancellationToken);

    private static async Task<IReadOnlyList<SessionResponse>> ListAsync(
        Guid userId, UserSessions sessions, HttpContext context, CancellationToken cancellationToken) =>
        [
            .. (await sessions.ListAsync(userId, context.User, cancellationToken)).Select(
                s => new SessionResponse(s.Id, s.Device, s.UserAgent, s.Ip, s.SignedInAt, s.LastSeenAt, s.EndsAt, s.IsCurrent)),
        ];

    private static async Task<SignOutResponse> EndAllAsync(
        Guid userId,
        FromQuery<SignOutQuery> query,
        SignOutEverywhere everywhere,
        HttpContext context,
        CancellationToken cancellationToken) =>
        new(await everywhere.RunAsync(userId, query.Value.RevokeTokens, context.User, cancellationToken) ?? 0);

    private static async Task<IResult> EndAsync(
        Guid userId, Guid sessionId, UserSessions sessions, HttpContext context, CancellationToken cancellationToken)
    {
        await sessions.EndAsync(userId, sessionId, context.User, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Guid Self(HttpContext context) =>
        context.User.UserId()
        ?? throw new ConflictException("The bootstrap token is not a person and has no sessions. Use a person's token.");

    internal sealed class SignOutQuery
    {
        /// <summary>Revokes the API tokens too.</summary>
        public bool RevokeTokens { get; init; }
    }
}

/// <param name="Device">Browser and system, by what the browser says of itself.</param>
/// <param name="Ip">Where it was last seen.</param>
/// <param name="LastSeenAt">To five minutes.</param>
/// <param name="EndsAt">If it is not seen again until then.</param>
/// <param name="Current">Whether this request belongs to it.</param>
public sealed record SessionResponse(
    Guid Id,
    string Device,
    string? UserAgent,
    string? Ip,
    DateTimeOffset SignedInAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset EndsAt,
    bool Current);

/// <param name="RevokedTokens">0 where nobody asked for it.</param>
public sealed record SignOutResponse(int RevokedTokens);
