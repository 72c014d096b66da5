using BackupApp.DataSources;
using BackupApp.Engines;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace BackupApp.Pages.DataSources;

/// <summary>What adding and editing a data source share.</summary>
public abstract class FormModel : FeaturePage
{
    [BindProperty]
    public DataSourceInput Input { get; set; } = new();

    public abstract bool IsNew { get; }

    public bool HasCertificateProblem =>
        ModelState["Input.CaCertificatePem"]?.Errors.Count > 0
        || ModelState["Input.ClientCertificatePem"]?.Errors.Count > 0
        || ModelState["Input.ClientKeyPem"]?.Errors.Count > 0;

    public bool ShowsRestoreLogin =>
        !string.IsNullOrEmpty(Input.RestoreLogin.Username)
        || ModelState["Input.RestoreLogin.Username"]?.Errors.Count > 0
        || ModelState["Input.RestoreLogin.Password"]?.Errors.Count > 0;

    public string PasswordHint => IsNew ? "Stored encrypted and never shown again." : "Leave empty to keep the stored one.";

    public string UriHint
    {
        get
        {
            var examples = new List<string>();
            if (Offers(Engine.Postgres))
                examples.Add("postgresql://user:password@host:5432/database?sslmode=require");
            if (Offers(Engine.Mongodb))
                examples.Add("mongodb://user:password@host1,host2/database?replicaSet=rs0&authSource=admin&tls=true");
            return $"{string.Join(" or ", examples)}. Its password is stored encrypted and never shown again.";
        }
    }

    /// <summary>What the last connection test found of it.</summary>
    public string? ReplicaSet { get; protected set; }

    public string OplogHint => ReplicaSet is null
        ? "Only for a member of a replica set: the backup then restores to one moment."
        : $"The backup then restores to one moment. The server is a member of the replica set {ReplicaSet}.";

    public IEnumerable<SelectListItem> MongoTlsModes => Choice(Input.Mongo.TlsMode).Concat(
        new[] { TlsMode.Disable, TlsMode.Require, TlsMode.VerifyFull }.Select(mode => new SelectListItem(
            DataSourceText.OfMongo(mode), mode.ToString())));

    public IEnumerable<SelectListItem> MongoMechanisms =>
    [
        new("As server and client agree, never in the clear", ""),
    new("SCRAM-SHA-256", "SCRAM-SHA-256"),
    new("SCRAM-SHA-1", "SCRAM-SHA-1"),
    new("Client certificate (MONGODB-X509)", "MONGODB-X509"),
];

    public IEnumerable<SelectListItem> ReadPreferences =>
    [
        new("Primary", ""),
    new("Primary, else a secondary", "primaryPreferred"),
    new("A secondary", "secondary"),
    new("A secondary, else the primary", "secondaryPreferred"),
    new("The nearest", "nearest"),
];

    /// <summary>The form has this engine's fields: of an existing source only its own.</summary>
    public bool Offers(Engine engine) => IsNew || Input.Engine == engine;

    public bool HasFilters => Input.Selection.HasFilters;

    public IEnumerable<SelectListItem> Environments =>
    Enum.GetValues<DataSourceEnvironment>().Select(e => new SelectListItem(DataSourceText.Of(e), e.ToString()));

    /// <summary>Of a new source nothing is chosen before somebody does.</summary>
    public IEnumerable<SelectListItem> EnvironmentChoices =>
    IsNew ? Environments.Prepend(new SelectListItem("Choose what it is for", "")) : Environments;

    public IEnumerable<SelectListItem> TlsModes =>
    Choice(Input.TlsMode).Concat(Enum.GetValues<TlsMode>().Select(mode => new SelectListItem(DataSourceText.Of(mode), mode.ToString())));

    // A source that has been given one keeps it until somebody chooses another.
    private IEnumerable<SelectListItem> Choice(TlsMode? mode) =>
    IsNew || mode is null ? [new SelectListItem("The strongest that works, found out now", "")] : [];
}
