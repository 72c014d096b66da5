using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres;

[Collection(nameof(PostgresServers))]
public sealed class PostgresTlsTests(PostgresServers servers)
{
    [Theory]
    [InlineData(TlsMode.Disable, false)]
    [InlineData(TlsMode.Prefer, true)]
    [InlineData(TlsMode.Require, true)]
    public async Task Without_an_authority_the_weaker_modes_check_nothing(TlsMode mode, bool encrypted)
    {
        var result = await servers.TestAsync(servers.Connection(mode: mode));

        AssertOk(result);
        Assert.Equal((encrypted, false), (result.Server!.Encrypted, result.Server.Verified));
    }

    [Fact]
    public async Task Prefer_falls_back_where_the_server_has_no_tls_or_its_rules_want_none()
    {
        var bare = await servers.TestAsync(servers.Connection(cluster: servers.Plain, database: "postgres"));
        var ruled = await servers.Login()
            .OpenAsync(
                servers.Connection("plain_only", "pw"),
                DumpSelection.Everything,
                PostgresConnectionTest.LoginLimit,
                TestContext.Current.CancellationToken);
        await using var session = ruled.Session;

        AssertOk(bare);
        Assert.Equal((false, null), (bare.Server!.Encrypted, bare.Server.TlsProtocol));
        Assert.False(ruled.Server.Encrypted);
    }

    [Fact]
    public async Task Prefer_does_not_send_a_wrong_password_again_in_the_clear()
    {
        var result = await servers.TestAsync(servers.Connection("tls_only", "wrong"));

        // The unencrypted try would have met the rule that rejects it.
        AssertFailed(result, ConnectionTestCode.AuthFailed, "does not accept the password");
    }

    [Theory]
    [InlineData(TlsMode.Require)]
    [InlineData(TlsMode.VerifyCa)]
    [InlineData(TlsMode.VerifyFull)]
    public async Task A_server_without_tls_is_a_tls_error_where_tls_is_required(TlsMode mode) =>
        AssertFailed(
            await servers.TestAsync(servers.Connection(cluster: servers.Plain, mode: mode)),
            ConnectionTestCode.TlsError,
            "does not offer TLS");

    [Theory]
    [InlineData("tls_only", "pw")]
    [InlineData("tls_only", "wrong")]
    public async Task A_server_that_demands_tls_is_a_tls_error_where_it_is_off(string role, string password) =>
        AssertFailed(
            await servers.TestAsync(servers.Connection(role, password, mode: TlsMode.Disable)),
            ConnectionTestCode.TlsError,
            "only over an encrypted connection.");

    [Theory]
    [InlineData(TlsMode.VerifyCa)]
    [InlineData(TlsMode.VerifyFull)]
    public async Task An_unknown_authority_is_a_tls_error_that_asks_for_its_certificate(TlsMode mode)
    {
        var result = await servers.TestAsync(servers.Connection(mode: mode, host: "localhost"));

        AssertFailed(result, ConnectionTestCode.TlsError, "self-signed or comes from an authority");
        Assert.Contains("Paste", result.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TlsMode.Require, "127.0.0.1")] // As in libpq, an authority makes "require" check it.
    [InlineData(TlsMode.VerifyCa, "127.0.0.1")]
    [InlineData(TlsMode.VerifyFull, "localhost")]
    public async Task The_right_authority_is_verified(TlsMode mode, string host)
    {
        var result = await servers.TestAsync(servers.Connection(mode: mode, host: host, secrets: new(null, servers.AuthorityPem)));

        AssertOk(result);
        Assert.True(result.Server is { Encrypted: true, Verified: true });
    }

    [Theory]
    [InlineData(TlsMode.Require)]
    [InlineData(TlsMode.VerifyCa)]
    [InlineData(TlsMode.VerifyFull)]
    public async Task Another_authority_is_a_tls_error(TlsMode mode) => AssertFailed(
        await servers.TestAsync(servers.Connection(mode: mode, host: "localhost", secrets: new(null, servers.OtherAuthorityPem))),
        ConnectionTestCode.TlsError, "not issued by the pasted CA");

    [Fact]
    public async Task Verify_full_refuses_a_certificate_made_out_to_another_name() => AssertFailed(
        await servers.TestAsync(servers.Connection(mode: TlsMode.VerifyFull, secrets: new(null, servers.AuthorityPem))),
        ConnectionTestCode.TlsError, "not made out to 127.0.0.1");

    [Fact]
    public async Task An_expired_certificate_is_named_as_such()
    {
        using var server = new StandInServer("S"u8.ToArray(), servers.ExpiredCertificate());

        var result = await servers.TestAsync(
            servers.Connection(port: server.Port, mode: TlsMode.VerifyFull, secrets: new(null, servers.AuthorityPem)));

        AssertFailed(result, ConnectionTestCode.TlsError, "expired");
    }

    [Fact]
    public async Task A_client_certificate_logs_in()
    {
        var (certificate, key) = servers.ClientCertificate("by_cert");

        var result = await servers.TestAsync(servers.Connection(
            "by_cert", null, mode: TlsMode.VerifyFull, host: "localhost", secrets: new(null, servers.AuthorityPem, certificate, key)));

        AssertOk(result);
    }

    [Fact]
    public async Task A_missing_or_foreign_client_certificate_is_refused_with_advice()
    {
        var missing = await servers.TestAsync(servers.Connection("by_cert", null, mode: TlsMode.Require));
        var (certificate, key) = servers.ClientCertificate("somebody_else");
        var foreign = await servers.TestAsync(
            servers.Connection("by_cert", null, mode: TlsMode.Require, secrets: new(null, null, certificate, key)));
        using var others = new TestCertificates();
        var (untrusted, untrustedKey) = others.Issue("by_cert");
        var unknown = await servers.TestAsync(
            servers.Connection("by_cert", null, mode: TlsMode.Require, secrets: new(null, null, untrusted, untrustedKey)));

        AssertFailed(missing, ConnectionTestCode.AuthFailed, "rules");
        Assert.Contains("client certificate", missing.Advice, StringComparison.Ordinal);
        AssertFailed(foreign, ConnectionTestCode.AuthFailed, "rules");
        Assert.Contains("(CN)", foreign.Advice, StringComparison.Ordinal);
        AssertFailed(unknown, ConnectionTestCode.TlsError, "client certificate");
    }

    [Fact]
    public async Task Unusable_pem_texts_are_told_without_being_repeated()
    {
        var (certificate, key) = servers.ClientCertificate("by_cert");
        var (_, otherKey) = servers.ClientCertificate("by_cert");
        ConnectionSecrets[] unusable =
        [
            new(null, CaCertificatePem: "hunter2"),
            new(null, ClientCertificatePem: certificate),
            new(null, ClientKeyPem: key),
            new(null, ClientCertificatePem: certificate, ClientKeyPem: "hunter2"),
            new(null, ClientCertificatePem: "hunter2", ClientKeyPem: key),
            new(null, ClientCertificatePem: certificate, ClientKeyPem: otherKey),
            new(
                null,
                ClientCertificatePem: certificate,
                ClientKeyPem: key.Replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)),
        ];

        foreach (var secrets in unusable)
        {
            var result = await servers.TestAsync(servers.Connection(secrets: secrets));
            AssertFailed(result, ConnectionTestCode.TlsError, "cannot be used");
            Assert.DoesNotContain("hunter2", result.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("MII", result.ToString(), StringComparison.Ordinal);
        }
    }

    private static void AssertOk(ConnectionTestResult result) => Assert.True(result.Ok, $"{result.Code}: {result.Message} {result.Advice}");

    private static void AssertFailed(ConnectionTestResult result, ConnectionTestCode code, string part)
    {
        Assert.True(code == result.Code, $"{result.Code}: {result.Message} {result.Advice}");
        Assert.Contains(part, result.Message, StringComparison.Ordinal);
        Assert.NotEmpty(result.Advice!);
    }
}
