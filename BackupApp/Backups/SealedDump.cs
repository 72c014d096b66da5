using BackupApp.Tools;

namespace BackupApp.Backups;

/// <summary>What went through the pipeline.</summary>
/// <param name="BytesRead">That the tool wrote.</param>
/// <param name="Size">Bytes of the object.</param>
/// <param name="Notes">What it lacks; see <see cref="ToolCommand.Notes"/>.</param>
public sealed record SealedDump(long BytesRead, long Size, byte[] Sha256, IReadOnlyList<string> Notes);
