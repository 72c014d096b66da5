using BackupApp.Audit;

namespace BackupApp.Pages.Audit;

public static partial class AuditWords
{
    private static Dictionary<string, AuditWord> OfAlerts => new()
    {
        [AuditActions.IncidentBegan] = new(
            "Incident began", f => "noticed trouble with {0}" + If(f.Text("reason"), reason => $": {reason.TrimEnd('.')}")),
        [AuditActions.IncidentEnded] = new("Incident ended", "noticed that the trouble with {0} is over"),
        [AuditActions.IncidentAcknowledged] = new(
            "Incident known", f => "said of the trouble with {0} that it is known" + If(f.Text("why"), why => $", because: {why}")),
        [AuditActions.IncidentTakenBack] = new("Incident not known", "took back that the trouble with {0} is known"),
        [AuditActions.PingSet] = new("Monitor set", "set a monitor outside that is told of {0}"),
        [AuditActions.PingRemoved] = new("Monitor removed", "removed the monitor outside that was told of {0}"),
        [AuditActions.ChannelCreated] = new("Channel added", "added the channel {0}"),
        [AuditActions.ChannelUpdated] = new(
            "Channel changed",
            f => f.IsTrue("signingSecretRotated") ? "renewed the signing secret of the channel {0}" : "changed the channel {0}"),
        [AuditActions.ChannelDeleted] = new("Channel deleted", "deleted the channel {0}"),
        [AuditActions.ChannelConfirmed] = new("Test message received", "confirmed that messages of the channel {0} arrive"),
        [AuditActions.NotificationSettingsUpdated] = new("Notification settings changed", "changed the notification settings"),
        [AuditActions.NotificationSent] = new(
            "Message sent", f => $"sent {(f.Text("title") is { } title ? $"“{title}”" : "a message")} to {{0}}"),
        [AuditActions.NotificationFailed] = new(
            "Message not sent", f => $"could not send {(f.Text("title") is { } title ? $"“{title}”" : "a message")} to {{0}}"),
    };

    private static Dictionary<string, AuditWord> OfPeople => new()
    {
        [AuditActions.UserCreated] = new("User added", f => "made an account for {0}" + If(f.Text("role"), role => $" as {role}")),
        [AuditActions.UserRoleChanged] = new(
            "Role changed", f => "changed the role of {0}" + If(f.Text("from"), from => $" from {from} to {f.Text("to")}")),
        [AuditActions.UserDisabled] = new(
            "User disabled or enabled", f => f.IsFalse("disabled") ? "enabled {0} again" : "disabled {0}"),
        [AuditActions.UserSignedIn] = new("Signed in", f => f.Text("method") is null or "password" ? "signed in" : "signed in with a code"),
        [AuditActions.UserSignedOut] = new("Signed out", "signed out"),
        [AuditActions.UserSignInFailed] = new(
            "Sign-in failed",
            f => f.Text("reason") == "unknown_user" ? "could not sign in: nobody has the address that was given"
                : "could not sign in as {0}: " + Why(f)),
        [AuditActions.UserConfirmFailed] = new("Confirmation failed", f => "could not prove to be {0}: " + Why(f)),
        [AuditActions.UserPasswordChanged] = new(
            "Password changed", f => f.IsTrue("reset") ? "set a new password for {0} by a link" : "changed the password of {0}"),
        [AuditActions.UserTwoFactorChanged] = new("Two-factor sign-in changed", TwoFactor),
        [AuditActions.UserSessionsRevoked] = new(
            "Sessions ended", f => f.Has("session") ? "ended a session of {0}" : "ended all sessions of {0}"),
        [AuditActions.UserInvited] = new(
            "User invited",
            f => f.IsTrue("newPassword") ? "made a link for {0} to set a new password"
                : "invited {0}" + If(f.Text("role"), role => $" as {role}")),
        [AuditActions.UserInvitationEnded] = new("Link withdrawn", f => f.Text("reason") switch
        {
            "replaced" => "replaced the link for {0} by a new one",
            "inviter_lost_rights" => "ended the link for {0}, because who made it may not any more",
            "user_disabled" => "ended the link for {0}, who was disabled",
            _ => "withdrew the link for {0}",
        }),
        ["key.exported"] = new("Master key shown", "had the master key shown"),
        ["key.copy_confirmed"] = new("Copy of the master key confirmed", "confirmed a copy of the master key"),
        ["key.rotated"] = new("Keys renewed", "renewed the keys"),
        ["checklist_item.not_needed"] = new(
            "Step not needed", f => "said of the first steps that {0} is not needed" + If(f.Text("why"), why => $", because: {why}")),
        ["checklist_item.not_needed_taken_back"] = new("Step needed after all", "took back that {0} is not needed"),
        [AuditActions.AccessRefused] = new("Access refused", "was refused {0}"),
        [AuditActions.ApiTokenCreated] = new(
            "API token made", f => "made the API token {0}" + If(f.Text("role"), role => $" as {role}")),
        [AuditActions.ApiTokenRevoked] = new(
            "API token revoked",
            f => "revoked the API token {0}" + If(f.Text("madeBy"), maker => $", which {maker} had made")),
    };

    private static string TwoFactor(AuditFacts facts) => (facts.Text("recoveryCodes"), facts.Text("refused")) switch
    {
        ("renewed", _) => "renewed the recovery codes of {0}",
        ({ }, _) => "used a recovery code of {0}",
        (_, { }) => "gave a wrong code while setting up two-factor sign-in of {0}",
        _ => facts.IsFalse("enabled") ? "switched two-factor sign-in of {0} off" : "switched two-factor sign-in of {0} on",
    };

    private static string Why(AuditFacts facts) => facts.Text("reason") switch
    {
        "locked_out" => "too many wrong tries",
        "not_allowed" => "the account is disabled",
        "wrong_password" => "the password was wrong",
        "wrong_code" or "wrong_authenticator_code" or "wrong_recovery_code" => "the code was wrong",
        { } other => other.Replace('_', ' '),
        _ => "it was refused",
    };
}
