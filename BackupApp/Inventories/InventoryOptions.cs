namespace BackupApp.Inventories;

/// <summary>Section <c>BackupApp:Inventory</c>.</summary>
public sealed class InventoryOptions
{
    /// <summary>
    /// Whether dumps are read for what is in them as they pass. False: nothing is known of later backups, and a cut dump may pass for one.
    /// </summary>
    public bool Read { get; set; } = true;

    /// <summary>
    /// A dump whose archive ends early is a failed backup, whatever the tool's exit code says. False makes it a warning, should the reader
    /// ever be wrong.
    /// </summary>
    public bool FailsBackups { get; set; } = true;
}
