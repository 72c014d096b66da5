using BackupApp.Streams;
using BackupApp.Tools;

namespace BackupApp.Engines;

/// <summary>A command that people run to restore a file.</summary>
/// <param name="Purpose">A few words: what it is for.</param>
/// <param name="Command">One line of bash. Holds no secret.</param>
/// <param name="Does">What it does, and does not, in sentences.</param>
public sealed record RestoreStep(string Purpose, string Command, string Does);

/// <summary>A file that holds what a tool wrote.</summary>
/// <param name="Name">That a download of it gets.</param>
/// <param name="Form">What has to be undone before a tool can read it.</param>
public sealed record StoredFile(string Name, StoredForm Form)
{
    /// <summary>The command that writes out what it holds, for a pipe.</summary>
    internal string ReadCommand => ShellWord.Read(Name, Form);
}

/// <summary>A run of several artifacts, for the script that restores them all.</summary>
/// <param name="Missing">Databases that are no part of it because they could not be backed up.</param>
public sealed record RestorableRun(
    string Source,
    DateTimeOffset StartedAt,
    Guid JobId,
    string ServerVersion,
    IReadOnlyList<RestorablePart> Parts,
    IReadOnlyList<string> Missing);

/// <param name="Path">In the bucket, seen from the folder that the script lies in.</param>
/// <param name="Sha256">In lower-case hexadecimal letters.</param>
public sealed record RestorablePart(DumpTarget Target, StoredFile File, string Path, string Sha256, DatabaseTraits? Traits);
