namespace BackupApp.Engines.Archives;

/// <summary>A known form that makes no sense. Stays within the readers, as <see cref="Inventories.ArchiveReading.Damaged"/>.</summary>
internal sealed class DamagedArchiveException(string what) : Exception(what);

/// <summary>
/// A form that the reader does not know, or more than it takes. Stays within the readers, as <see
/// cref="Inventories.ArchiveReading.NotRead"/>.
/// </summary>
internal sealed class UnreadArchiveException(string reason) : Exception(reason);
