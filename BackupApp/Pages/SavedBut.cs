using BackupApp.DataSources;

namespace BackupApp.Pages;

/// <summary>What is said of something that was saved although its test failed: of sources and of destinations alike.</summary>
public static class SavedBut
{
    public static string Of(ConnectionTestRecord test) => Of($"{test.Message} {test.Advice}");

    /// <param name="found">What is wrong, and what to do about it.</param>
    public static string Of(string found) => $"Saved, but it does not work yet: {found}".TrimEnd();
}
