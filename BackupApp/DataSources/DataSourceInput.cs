using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Errors;

namespace BackupApp.DataSources;

/// <summary>A data source as entered, in the UI and by API: a connection with a name.</summary>
public sealed class DataSourceInput : ConnectionInput
{
    internal const int MaxName = 100;

    public string? Name { get; set; }

    /// <summary>Nobody is given one: what is called production decides who is woken at night.</summary>
    public DataSourceEnvironment? Environment { get; set; }

    /// <summary>A second login of the same server, for restores only.</summary>
    public RestoreLoginInput RestoreLogin { get; set; } = new();

    /// <summary>Lines of <c>key=value</c>, or separated by commas.</summary>
    public string? Labels { get; set; }

    /// <summary>What can be shown of a stored source: everything but its secrets.</summary>
    public static DataSourceInput From(DataSource source, EngineCatalog engines)
    {
        var input = new DataSourceInput
        {
            Name = source.Name,
            Engine = source.Engine,
            Environment = source.Environment,
            Labels = source.Labels.Text,
            Selection = DumpSelectionInput.From(source.Selection),
            RestoreLogin = new() { Username = source.RestoreUsername },
        };
        if (source.HasCredentials)
            engines.Of(source.Engine).Form.Show(source.ToPublicConnection(), input);
        return input; // without credentials as for a new source
    }

    /// <summary>For another source like this one: everything but its secrets, also what has no field in the form.</summary>
    public static DataSourceInput Like(DataSource source, EngineCatalog engines)
    {
        var input = From(source, engines);
        const string Suffix = " copy";
        input.Name = source.Name[..Math.Min(source.Name.Length, MaxName - Suffix.Length)] + Suffix;
        if (!source.HasCredentials)
            return input;
        input.Parameters = new Dictionary<string, string>(source.Parameters);
        input.ChannelBinding = source.Security.ChannelBinding;
        input.TlsNegotiation = source.Security.Negotiation;
        return input;
    }

    internal LabelSet ReadLabels(Dictionary<string, string> problems) => LabelSet.Read(Labels, nameof(Labels), problems);

    internal DataSourceEnvironment ReadEnvironment(Dictionary<string, string> problems)
    {
        if (Environment is null)
            problems[nameof(Environment)] = "Choose what it is for: alerts and filters go by it.";
        return Environment ?? default;
    }

    internal string ReadName(Dictionary<string, string> problems) => InputRules.ReadName(Name, MaxName, problems);
}
