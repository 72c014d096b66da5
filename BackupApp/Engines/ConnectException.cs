using BackupApp.Data;
using BackupApp.Errors;

namespace BackupApp.Engines;

/// <summary>
/// A database could not be logged in to. <see cref="Exception.Message"/> is one sentence for the user, <see cref="Advice"/> says what to
/// do; neither holds a secret.
/// </summary>
public sealed class ConnectException(ConnectionTestCode code, string message, string? advice, Exception? inner = null)
    : StagedException(RunStage.Connect, message, inner)
{
    // invalid_authorization_specification: no line of pg_hba.conf allows this login with this kind of connection.
    private const string NoSuchRule = "28000";

    public ConnectionTestCode Code { get; } = code;

    public override string? Advice { get; } = advice;

    public override string FailureCode => Code.ToSnakeCase();

    /// <summary>The server's error code, when it was the server that refused.</summary>
    public string? SqlState { get; init; }

    /// <summary>See <see cref="ConnectionTestResult.WeakerTlsMayWork"/>.</summary>
    public bool WeakerTlsMayWork => Code == ConnectionTestCode.TlsError || SqlState == NoSuchRule;

    /// <summary>The same attempt may succeed in a moment.</summary>
    public bool Transient { get; init; }
}
