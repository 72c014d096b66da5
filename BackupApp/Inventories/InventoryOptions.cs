namespace BackupApp.Inventories;

/// <summary>Section <c>BackupApp:Inventory</c>.</summary>
public sealed class InventoryOptions
{
    /// <summary>
    /// A dump whose archive ends early is a failed backup, whatever the tool's exit code says. False makes it a warning, should the reader
    /// ever be wrong.
    /// </summary>
    public bool FailsBackups { get; set; } = true;
}
