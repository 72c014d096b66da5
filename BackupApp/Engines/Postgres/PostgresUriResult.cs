using System.Diagnostics.CodeAnalysis;

namespace BackupApp.Engines.Postgres;

/// <summary>Either the parts of a URI, or what is wrong with it. No message repeats the password or the URI.</summary>
/// <param name="Parts">Null when there are problems.</param>
/// <param name="Problems">
/// Field (<c>uri</c>, <c>host</c>, <c>port</c>, <c>username</c>, <c>password</c>, <c>database</c>, or a parameter's name) → sentence.
/// </param>
public sealed record PostgresUriResult(PostgresUriParts? Parts, IReadOnlyDictionary<string, string> Problems)
{
    [MemberNotNullWhen(true, nameof(Parts))]
    public bool Ok => Parts is not null;
}

/// <summary>What a URI says, decoded.</summary>
/// <param name="Host">As <see cref="HostRules.Normalize"/> gives it.</param>
/// <param name="Password">Null when the URI has none.</param>
/// <param name="Security">Its mode is <see cref="TlsMode.Prefer"/> when the URI does not say, as in libpq.</param>
/// <param name="Parameters">The other parameters, by libpq's names, from the allow-list.</param>
public sealed record PostgresUriParts(
    string Host,
    int Port,
    string Database,
    string Username,
    string? Password,
    ConnectionSecurity Security,
    IReadOnlyDictionary<string, string> Parameters)
{
    public TlsMode TlsMode => Security.Mode;

    /// <summary>Somebody chose the mode.</summary>
    public bool SaysTlsMode { get; init; }

    /// <param name="certificates">Certificates, which a URI cannot hold; their password is replaced by the URI's.</param>
    public DatabaseConnection ToConnection(ConnectionSecrets? certificates = null) =>
        new(
            Engine.Postgres,
            Host,
            Port,
            Database,
            Username,
            Security,
            Parameters,
            (certificates ?? new(null)) with { Password = Password })
        {
            ChoosesTls = !SaysTlsMode,
        };

    public override string ToString() => $"{Username}@{Host}:{Port}/{Database}";
}
