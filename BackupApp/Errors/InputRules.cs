namespace BackupApp.Errors;

/// <summary>Rules that every input shares.</summary>
internal static class InputRules
{
    /// <summary>A name without the blanks around it; one that is none is noted as the problem of the field <c>Name</c>.</summary>
    public static string ReadName(string? entered, int longest, Dictionary<string, string> problems)
    {
        var name = entered?.Trim() ?? "";
        if (name.Length == 0 || name.Length > longest || name.Any(char.IsControl))
            problems["Name"] = $"Give a name of 1 to {longest} characters.";
        return name;
    }
}
