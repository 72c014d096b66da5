using BackupApp.Data;
using BackupApp.Secrets;

namespace BackupApp.Protection;

/// <summary>
/// Whether the master key, as it is found now, still opens the key ring. This process has both in memory and goes on; the next start,
/// or a restore of BackupApp itself, would fail.
/// </summary>
public sealed class MasterKeyTroubles(AppDbContext db, IConfiguration configuration, DataDirectory data) : ITroubleFinder
{
    public bool Finds(Incident incident) => incident.Kind == IncidentKind.MasterKey;

    public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            var isEmbedded = string.IsNullOrEmpty(configuration.GetConnectionString("BackupApp"));
            await SecretBox.CheckAsync(db, MasterKey.Load(configuration, data, isEmbedded), cancellationToken);
            return [];
        }
        catch (MasterKeyException e)
        {
            return
            [
                OwnTroubles.Of(
                    IncidentKind.MasterKey,
                    $"{e.Message} Until then BackupApp works on, but it would not start again. Do not restart it."),
            ];
        }
    }
}
