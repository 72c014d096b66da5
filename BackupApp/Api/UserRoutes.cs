using System.Text.Json.Serialization;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Api.Requests;

namespace BackupApp.Api;

/// <summary><c>/users</c>: people, for administrators.</summary>
internal static class UserRoutes
{
    public static void MapUsers(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/users").WithTags("Users");
        group.MapGet("", ListAsync).Produces<UserResponse[]>()
            .Describe("listUsers", "List users", "By e-mail address.");
        group.MapPost("", InviteAsync).ConfirmItIsYou().Idempotent().Produces<InvitationResponse>(201)
            .Describe(
                "inviteUser",
                "Invite a user",
                "Answers with a link that works once; hand it over. No mail is sent. "
                + "A second invitation of an address replaces the first.");
        group.MapGet("/{id}", GetAsync).Produces<UserResponse>()
            .Describe("getUser", "Get a user", "With the time of the last sign-in.", 404);
        group.MapPatch("/{id}", UpdateAsync).ConfirmItIsYou().Produces(204)
            .Describe(
                "updateUser",
                "Change a user's role, disable or enable",
                "Nobody does it to themselves, and the last active administrator stays one.",
                404, 409);
    }

    private static async Task<IReadOnlyList<UserResponse>> ListAsync(UserEditor editor, CancellationToken cancellationToken) =>
        [.. (await editor.ListAsync(cancellationToken)).Select(ToResponse)];

    private static async Task<UserResponse> GetAsync(Guid id, UserEditor editor, CancellationToken cancellationToken) =>
        ToResponse(await editor.FindAsync(id, cancellationToken));

    private static async Task<IResult> InviteAsync(
        Body<InviteUserRequest> body, Invitations invitations, HttpContext context, CancellationToken cancellationToken)
    {
        var input = new InvitationInput
        {
            Email = body.Value.Email,
            Role = body.Value.Role!.Value,
            ExpiresInDays = body.Value.ExpiresInDays ?? InvitationInput.DefaultDays,
        };
        var made = await invitations.InviteAsync(input, context.User, cancellationToken);
        return context.Created(
            "/users",
            new InvitationResponse(
                made.Invitation.Id,
                made.Invitation.Email,
                made.Invitation.ExpiresAt,
                InvitationLink.For(context, made.Token)));
    }

    private static async Task<IResult> UpdateAsync(
        Guid id,
        Body<UpdateUserRequest> body,
        UserEditor editor,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var request = body.Value;
        await editor.FindAsync(id, cancellationToken);
        if (request.Role is { } role)
            await editor.SetRoleAsync(id, role, context.User, cancellationToken);
        if (request.Disabled == true)
            await editor.DisableAsync(id, context.User, cancellationToken);
        else if (request.Disabled == false)
            await editor.EnableAsync(id, context.User, cancellationToken);
        return TypedResults.NoContent();
    }

    private static UserResponse ToResponse(UserRow row) =>
        new(
            row.User.Id,
            row.User.Email!,
            row.User.Role,
            row.User.TwoFactorEnabled,
            row.User.CreatedAt,
            row.User.DisabledAt,
            row.LastSignInAt);
}

public sealed class InviteUserRequest
{
    [JsonRequired]
    public string? Email { get; init; }

    [JsonRequired]
    public Role? Role { get; init; }

    public int? ExpiresInDays { get; init; }
}

public sealed class UpdateUserRequest
{
    public Role? Role { get; init; }

    public bool? Disabled { get; init; }
}

public sealed record UserResponse(
    Guid Id,
    string Email,
    Role Role,
    bool TwoFactorEnabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DisabledAt,
    DateTimeOffset? LastSignInAt);

/// <param name="Url">Works once. It is shown only here.</param>
public sealed record InvitationResponse(Guid Id, string Email, DateTimeOffset ExpiresAt, string Url);
