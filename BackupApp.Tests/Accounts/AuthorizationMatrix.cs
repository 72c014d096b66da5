namespace BackupApp.Tests.Accounts;

/// <summary>
/// Who gets which answer where: a line for each route and, for pages, each handler; a letter for each visitor, in the order of
/// <see cref="Columns"/>. A new route needs a line here, written by somebody who has thought about it. Of the API a read is
/// <c>1+++ 11 3+++</c>, a write <c>1333 11 33++</c> (a session without the antiforgery token changes nothing), what Runners watch
/// <c>1+++ 11 ++++</c> and start <c>1333 11 +3++</c>, what administrators read <c>133+ 11 333+</c> and write <c>1333 11 333+</c>.
/// </summary>
internal static partial class AuthorizationMatrix
{
    /// <summary>Through the door; what is behind it may still be missing or badly asked for.</summary>
    public const char Passed = '+';

    /// <summary>Sent to the page where people sign in.</summary>
    public const char SignIn = 's';

    /// <summary>401.</summary>
    public const char Unauthorized = '1';

    /// <summary>403.</summary>
    public const char Forbidden = '3';

    /// <summary>A form was taken although it came from nowhere; right for no route.</summary>
    public const char WithoutAntiforgery = '!';

    /// <summary>The visitors: first by the session's cookie, then by API token.</summary>
    public const string Columns = """
        + passes   s is sent to sign in   1 gets 401   3 gets 403
        session: anonymous, Viewer, Operator, Administrator; bad token: expired, revoked; token: Runner, Viewer, Operator, Administrator
        """;

    private const string Table = """
        # Sources, policies, destinations, jobs, audit log
        s+++ ss ssss  GET /
        s+++ ss ssss  GET /?handler=Live
        s3++ ss ssss  POST /?handler=Run
        s+++ ss ssss  GET /api
        s+++ ss ssss  GET /Audit
        s+++ ss ssss  GET /Audit/Index
        s+++ ss ssss  GET /DataSources
        s3++ ss ssss  GET /DataSources/Create
        s3++ ss ssss  POST /DataSources/Create
        s3++ ss ssss  GET /DataSources/Edit/{id:guid}
        s3++ ss ssss  POST /DataSources/Edit/{id:guid}
        s+++ ss ssss  GET /DataSources/Index
        s+++ ss ssss  GET /DataSources/{dataSourceId:guid}/Policies
        s3++ ss ssss  POST /DataSources/{dataSourceId:guid}/Policies?handler=Attach
        s3++ ss ssss  POST /DataSources/{dataSourceId:guid}/Policies?handler=Detach
        s3++ ss ssss  POST /DataSources/{dataSourceId:guid}/Policies?handler=MakeDefault
        s3++ ss ssss  POST /DataSources/{dataSourceId:guid}/Policies?handler=Pause
        s3++ ss ssss  POST /DataSources/{dataSourceId:guid}/Policies?handler=Resume
        s+++ ss ssss  GET /DataSources/{id:guid}
        s+++ ss ssss  GET /DataSources/{id:guid}?handler=History
        s3++ ss ssss  POST /DataSources/{id:guid}?handler=RunNow
        s3++ ss ssss  POST /DataSources/{id:guid}?handler=RunPolicy
        s3++ ss ssss  POST /DataSources/{id:guid}?handler=SetActive
        s3++ ss ssss  POST /DataSources/{id:guid}?handler=Test
        s+++ ss ssss  GET /DataSources/{id:guid}/Restores
        s+++ ss ssss  GET /DataSources/{id:guid}/Settings
        s3++ ss ssss  POST /DataSources/{id:guid}/Settings?handler=Promise
        s+++ ss ssss  GET /Destinations
        s3++ ss ssss  GET /Destinations/Create
        s3++ ss ssss  POST /Destinations/Create
        s3++ ss ssss  GET /Destinations/Edit/{id:guid}
        s3++ ss ssss  POST /Destinations/Edit/{id:guid}
        s+++ ss ssss  GET /Destinations/Index
        s3++ ss ssss  POST /Destinations/Index?handler=Test
        s3++ ss ssss  GET /Destinations/Progress/{id:guid}
        s3++ ss ssss  GET /Destinations/Progress/{id:guid}?handler=Live
        s3++ ss ssss  POST /Destinations?handler=Test
        s+++ ss ssss  GET /Index
        s+++ ss ssss  GET /Index?handler=Live
        s3++ ss ssss  POST /Index?handler=Run
        s+++ ss ssss  GET /Jobs
        s+++ ss ssss  GET /Jobs/Index
        s+++ ss ssss  GET /Jobs/{id:guid}
        s+++ ss ssss  GET /Jobs/{id:guid}/Download
        s3++ ss ssss  POST /Jobs/{id:guid}/Download
        s3++ ss ssss  POST /Jobs/{id:guid}?handler=Cancel
        s3++ ss ssss  POST /Jobs/{id:guid}?handler=Delete
        s+++ ss ssss  GET /Jobs/{id:guid}?handler=Live
        s3++ ss ssss  POST /Jobs/{id:guid}?handler=Pin
        s3++ ss ssss  POST /Jobs/{id:guid}?handler=RunAgain
        s+++ ss ssss  GET /Jobs/{id:guid}?handler=Script
        s+++ ss ssss  GET /Jobs/{id:guid}?handler=Status
        s+++ ss ssss  GET /Policies
        s3++ ss ssss  GET /Policies/Create
        s3++ ss ssss  POST /Policies/Create
        s3++ ss ssss  POST /Policies/Create?handler=Preview
        s3++ ss ssss  GET /Policies/Edit/{id:guid}
        s3++ ss ssss  POST /Policies/Edit/{id:guid}
        s3++ ss ssss  POST /Policies/Edit/{id:guid}?handler=Delete
        s3++ ss ssss  POST /Policies/Edit/{id:guid}?handler=Preview
        s+++ ss ssss  GET /Policies/Index
        s+++ ss ssss  GET /Policies/Preview
        s+++ ss ssss  GET /Policies/Preview?handler=Retention
        s+++ ss ssss  GET /Restores
        s+++ ss ssss  GET /Restores/Batch/{id:guid}
        s3++ ss ssss  POST /Restores/Batch/{id:guid}?handler=Cancel
        s+++ ss ssss  GET /Restores/Batch/{id:guid}?handler=Live
        s3++ ss ssss  GET /Restores/Create
        s3++ ss ssss  POST /Restores/Create
        s3++ ss ssss  POST /Restores/Create?handler=Check
        s3++ ss ssss  POST /Restores/Create?handler=Pick
        s+++ ss ssss  GET /Restores/Index
        s3++ ss ssss  GET /Restores/Many
        s3++ ss ssss  POST /Restores/Many
        s3++ ss ssss  POST /Restores/Many?handler=Check
        s+++ ss ssss  GET /Restores/{id:guid}
        s3++ ss ssss  POST /Restores/{id:guid}?handler=Cancel
        s3++ ss ssss  POST /Restores/{id:guid}?handler=Drop
        s+++ ss ssss  GET /Restores/{id:guid}?handler=Live
        s+++ ss ssss  GET /Restores/{id:guid}?handler=Log
        s3++ ss ssss  POST /Restores/{id:guid}?handler=Swap
        s3++ ss ssss  POST /Restores/{id:guid}?handler=Undo
        # Signing in, links that are their own proof, errors
        ++++ ++ ++++  GET /Error/{code:int?}
        ++++ ++ ++++  GET /Identity/Account/AccessDenied
        ++++ ++ ++++  GET /Identity/Account/Lockout
        ++++ ++ ++++  GET /Identity/Account/Login
        ++++ ++ ++++  POST /Identity/Account/Login
        ++++ ++ ++++  GET /Identity/Account/LoginWith2fa
        ++++ ++ ++++  POST /Identity/Account/LoginWith2fa
        ++++ ++ ++++  GET /Identity/Account/LoginWithRecoveryCode
        ++++ ++ ++++  POST /Identity/Account/LoginWithRecoveryCode
        ++++ ++ ++++  GET /Identity/Account/Logout
        ++++ ++ ++++  POST /Identity/Account/Logout
        ++++ ++ ++++  GET /Identity/Account/TooManyAttempts
        ++++ ++ ++++  GET /Setup
        ++++ ++ ++++  POST /Setup
        ++++ ++ ++++  GET /Setup/Index
        ++++ ++ ++++  POST /Setup/Index
        ++++ ++ ++++  GET /Welcome
        ++++ ++ ++++  POST /Welcome
        ++++ ++ ++++  GET /Welcome/Index
        ++++ ++ ++++  POST /Welcome/Index
        # The own account
        s+++ ss ssss  GET /Identity/Account/Manage
        s+++ ss ssss  GET /Identity/Account/Manage/ApiTokens
        s+++ ss ssss  POST /Identity/Account/Manage/ApiTokens?handler=RevokeToken
        s+++ ss ssss  GET /Identity/Account/Manage/ChangePassword
        s+++ ss ssss  POST /Identity/Account/Manage/ChangePassword
        s+++ ss ssss  GET /Identity/Account/Manage/Confirm
        s+++ ss ssss  POST /Identity/Account/Manage/Confirm
        s+++ ss ssss  GET /Identity/Account/Manage/CreateApiToken
        s+++ ss ssss  POST /Identity/Account/Manage/CreateApiToken
        s+++ ss ssss  GET /Identity/Account/Manage/Disable2fa
        s+++ ss ssss  POST /Identity/Account/Manage/Disable2fa
        s+++ ss ssss  GET /Identity/Account/Manage/EnableAuthenticator
        s+++ ss ssss  POST /Identity/Account/Manage/EnableAuthenticator
        s+++ ss ssss  GET /Identity/Account/Manage/GenerateRecoveryCodes
        s+++ ss ssss  POST /Identity/Account/Manage/GenerateRecoveryCodes
        s+++ ss ssss  GET /Identity/Account/Manage/Index
        s+++ ss ssss  GET /Identity/Account/Manage/ResetAuthenticator
        s+++ ss ssss  POST /Identity/Account/Manage/ResetAuthenticator
        s+++ ss ssss  GET /Identity/Account/Manage/Sessions
        s+++ ss ssss  POST /Identity/Account/Manage/Sessions?handler=EndSession
        s+++ ss ssss  POST /Identity/Account/Manage/Sessions?handler=SignOutEverywhere
        s+++ ss ssss  GET /Identity/Account/Manage/ShowRecoveryCodes
        s+++ ss ssss  GET /Identity/Account/Manage/TwoFactorAuthentication
        s+++ ss ssss  POST /Identity/Account/Manage/TwoFactorAuthentication?handler=ForgetBrowser
        # People
        s33+ ss ssss  GET /Users
        s33+ ss ssss  GET /Users/Details/{id:guid}
        s33+ ss ssss  POST /Users/Details/{id:guid}?handler=Disable
        s33+ ss ssss  POST /Users/Details/{id:guid}?handler=Enable
        s33+ ss ssss  POST /Users/Details/{id:guid}?handler=EndSession
        s33+ ss ssss  POST /Users/Details/{id:guid}?handler=Password
        s33+ ss ssss  POST /Users/Details/{id:guid}?handler=RevokeToken
        s33+ ss ssss  POST /Users/Details/{id:guid}?handler=Role
        s33+ ss ssss  POST /Users/Details/{id:guid}?handler=SignOut
        s33+ ss ssss  GET /Users/Index
        s33+ ss ssss  POST /Users/Index?handler=RevokeToken
        s33+ ss ssss  POST /Users/Index?handler=Withdraw
        s33+ ss ssss  GET /Users/Invite
        s33+ ss ssss  POST /Users/Invite
        s33+ ss ssss  POST /Users?handler=RevokeToken
        s33+ ss ssss  POST /Users?handler=Withdraw
        # Hangfire, health, files
        ++++ ++ ++++  GET /files/restore-logs/{token}
        ++++ ++ ++++  GET /files/{token}/{name}
        ++++ ++ ++++  HEAD /files/{token}/{name}
        s33+ ss ssss  ANY /hangfire/{**path}
        ++++ ++ ++++  ANY /health/live
        ++++ ++ ++++  ANY /health/ready
        s+++ ss ssss  GET /{**path:file}
        s+++ ss ssss  HEAD /{**path:file}
        ++++ ++ ++++  GET static files

        # Deletions and looks
        s3++ ss ssss  GET /DataSources/Delete/{id:guid}
        s+++ ss ssss  GET /Destinations/{id:guid}
        s+++ ss ssss  GET /Destinations/{id:guid}?handler=Look
        s+++ ss ssss  GET /Policies/Preview?handler=Expiry
        s3++ ss ssss  POST /DataSources/Delete/{id:guid}
        s3++ ss ssss  POST /Destinations/{id:guid}?handler=Delete
        s3++ ss ssss  POST /Destinations/{id:guid}?handler=Look
        """;

    public static IReadOnlyDictionary<string, string> Rows { get; } =
        string.Join('\n', Table, Lists, Protection, Contents, ApiTable)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split("  ", 2))
            .ToDictionary(parts => parts[1].Trim(), parts => parts[0].Replace(" ", "", StringComparison.Ordinal), StringComparer.Ordinal);
}
