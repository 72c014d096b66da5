using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>What a server's error code means for a login, and what to do about it.</summary>
internal static class ServerRefusal
{
    private const int MaxQuoted = 400;

    public static ConnectException Of(PostgresException e, DatabaseConnection connection)
    {
        var role = $"\"{connection.Username}\"";
        return e.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword => Make(e, ConnectionTestCode.AuthFailed,
                $"The server does not accept the password of {role}, or has no such role.",
                "Check user name and password. Special characters in a pasted URI must be percent-encoded; "
                + "in the form's own fields they must not."),
            PostgresErrorCodes.InvalidAuthorizationSpecification => Make(e, ConnectionTestCode.AuthFailed,
                $"The server's rules do not let {role} log in to \"{connection.Database}\" from here.",
                ClientRulesAdvice(connection)),
            PostgresErrorCodes.InvalidCatalogName => Make(e, ConnectionTestCode.DatabaseNotFound,
                $"There is no database \"{connection.Database}\" on this server.",
                "Check the name; upper and lower case count."),
            PostgresErrorCodes.InsufficientPrivilege => Make(e, ConnectionTestCode.PrivilegesMissing,
                $"The role {role} may not connect to \"{connection.Database}\".",
                $"As the database's owner run: GRANT CONNECT ON DATABASE {Quote(connection.Database)} TO {Quote(connection.Username)};"),
            PostgresErrorCodes.TooManyConnections => Make(e, ConnectionTestCode.ServerError,
                "The server has no free connection.",
                "Raise max_connections, the role's or the database's connection limit, or end idle sessions.", transient: true),
            PostgresErrorCodes.CannotConnectNow => Make(e, ConnectionTestCode.ServerError,
                $"The server is starting up, shutting down or recovering: {Quoted(e, connection)}.",
                "Try again in a moment.", transient: true),
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => Make(e, ConnectionTestCode.ServerError,
                "The server ended the connection: it shuts down, or an administrator ended the session.",
                "Try again in a moment.", transient: true),
            // Both have the same code, in words of the server's language; the name of the function that refused is in none.
            PostgresErrorCodes.ObjectNotInPrerequisiteState when e.Routine == "InitPostgres" => Make(e, ConnectionTestCode.ServerError,
                $"The database \"{connection.Database}\" is invalid: an interrupted DROP DATABASE left it half dropped, "
                + "and nothing of it can be read.",
                $"Drop it as superuser: DROP DATABASE {Quote(connection.Database)};"),
            PostgresErrorCodes.ObjectNotInPrerequisiteState => Make(e, ConnectionTestCode.ServerError,
                $"The database \"{connection.Database}\" does not accept connections.",
                $"As superuser run: ALTER DATABASE {Quote(connection.Database)} WITH ALLOW_CONNECTIONS true;"),
            _ => Make(e, ConnectionTestCode.ServerError,
                $"The server refused: {Quoted(e, connection)} (SQLSTATE {e.SqlState}).",
                ServerAdvice.Of($"{e.MessageText} {e.Hint}") ?? "The server's own log may say more.", transient: e.IsTransient),
        };
    }

    /// <summary>The same for whatever broke the first questions after a login.</summary>
    public static ConnectException AfterLogin(NpgsqlException e, DatabaseConnection connection) => e is PostgresException refused
        ? Of(refused, connection)
        : new(
            ConnectionTestCode.ServerError,
            "The server ended the connection after the login.",
            "Try again; the server's own log may say more.",
            e.InnerException)
        {
            Transient = true,
        };

    /// <summary>
    /// A quoted SQL identifier. Control characters, on which a terminal acts while it is being pasted, are written by their numbers.
    /// </summary>
    public static string Quote(string identifier)
    {
        var quoted = $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        return identifier.Any(char.IsControl)
            ? "U&" + string.Concat(quoted.Select(c => c == '\\' ? @"\\" : char.IsControl(c) ? $@"\{(int)c:x4}" : $"{c}"))
            : quoted;
    }

    private static ConnectException Make(
        PostgresException e, ConnectionTestCode code, string message, string advice, bool transient = false) =>
        new(code, message, advice) { SqlState = e.SqlState, Transient = transient };

    private static string ClientRulesAdvice(DatabaseConnection connection)
    {
        var rules =
            "Add a line for this role, database and address to the server's pg_hba.conf and reload it, "
            + "or open the managed service's list of allowed addresses. The role also needs LOGIN.";
        if (connection.TlsMode == TlsMode.Disable)
            rules += " Some servers accept only encrypted connections: try TLS mode \"require\".";
        return connection.Secrets.ClientCertificatePem is null
            ? $"{rules} If the rule asks for a client certificate, paste one."
            : $"{rules} A client certificate must carry the role's name as its common name (CN).";
    }

    // A server may repeat what it was sent.
    private static string Quoted(PostgresException e, DatabaseConnection connection)
    {
        var text = string.Join(
            ". ",
            new[] { e.MessageText, e.Detail, e.Hint }.OfType<string>().Select(part => part.ReplaceLineEndings(" ").TrimEnd('.', ' ')));
        var password = connection.Secrets.Password;
        if (!string.IsNullOrEmpty(password) && text.Contains(password, StringComparison.Ordinal))
            return "(its message repeats the password and is left out)";
        return text.Length <= MaxQuoted ? text : $"{text[..MaxQuoted]}…";
    }
}
