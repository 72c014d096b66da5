using BackupApp.Engines;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>
/// Whoever does not say how to encrypt gets the strongest way that works, and never a weaker one because something else failed.
/// </summary>
[Collection(nameof(PostgresServers))]
public sealed class TlsChoiceTests(PostgresServers servers)
{
    [Fact]
    public async Task A_certificate_that_can_be_checked_is_checked_with_its_name_where_it_has_it()
    {
        var secrets = new ConnectionSecrets(null, servers.AuthorityPem);

        Assert.Equal(
            (TlsMode.VerifyFull, ConnectionTestCode.Ok),
            await ChooseAsync(servers.Connection("reader", "pw", host: "localhost", secrets: secrets)));
        Assert.Equal(
            (TlsMode.VerifyCa, ConnectionTestCode.Ok),
            await ChooseAsync(servers.Connection("reader", "pw", host: "127.0.0.1", secrets: secrets)));
    }

    [Fact]
    public async Task Without_an_authority_it_is_at_least_encrypted_where_the_server_can()
    {
        Assert.Equal((TlsMode.Require, ConnectionTestCode.Ok), await ChooseAsync(servers.Connection("reader", "pw")));
        Assert.Equal((TlsMode.Prefer, ConnectionTestCode.Ok), await ChooseAsync(servers.Connection("plain_only", "pw")));
        Assert.Equal(
            (TlsMode.Prefer, ConnectionTestCode.Ok),
            await ChooseAsync(servers.Connection(cluster: servers.Plain, password: "super", database: "postgres")));
    }

    [Fact]
    public async Task Nothing_is_weakened_for_a_failure_that_a_weaker_mode_does_not_mend()
    {
        Assert.Equal((TlsMode.Require, ConnectionTestCode.AuthFailed), await ChooseAsync(servers.Connection("reader", "wrong")));
        Assert.Equal(
            (TlsMode.VerifyFull, ConnectionTestCode.NetworkUnreachable),
            await ChooseAsync(servers.Connection("reader", "pw", port: 1)));
        Assert.Equal((TlsMode.VerifyFull, ConnectionTestCode.TlsError),
            await ChooseAsync(servers.Connection("reader", "pw", host: "localhost", secrets: new(null, servers.OtherAuthorityPem))));
    }

    [Fact]
    public async Task What_needs_encryption_is_not_tried_without()
    {
        var connection = servers.Connection(cluster: servers.Plain, password: "super", database: "postgres");

        Assert.Equal((TlsMode.VerifyFull, ConnectionTestCode.TlsError),
            await ChooseAsync(
                connection with
                {
                    Security = new ConnectionSecurity(TlsMode.Prefer) { Negotiation = TlsNegotiation.Direct },
                }));
    }

    private async Task<(TlsMode Mode, ConnectionTestCode Code)> ChooseAsync(DatabaseConnection connection)
    {
        var (chosen, result) = await TlsChoice.FindAsync(
            servers.AsEngine(),
            connection with { ChoosesTls = true },
            DumpSelection.Everything,
            TestContext.Current.CancellationToken);
        Assert.False(chosen.ChoosesTls);
        return (chosen.TlsMode, result.Code);
    }
}
