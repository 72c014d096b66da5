using BackupApp.Data;
using BackupApp.DataSources;
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
        ModelState["Input.CaCertificatePem"]?.Errors.Count > 0 || ModelState["Input.ClientCertificatePem"]?.Errors.Count > 0 || ModelState["Input.ClientKeyPem"]?.Errors.Count > 0;

    public IEnumerable<SelectListItem> Environments => Enum.GetValues<DataSourceEnvironment>().Select(e => new SelectListItem(e.ToSnakeCase(), e.ToString()));

    public IEnumerable<SelectListItem> TlsModes => Enum.GetValues<TlsMode>().Select(mode => new SelectListItem(InWords(mode), mode.ToString()));

    /// <summary>What a mode means for whoever listens on the wire.</summary>
    public static string InWords(TlsMode mode) => mode switch
    {
        TlsMode.Disable => "Off: anyone on the way can read the data (disable)",
        TlsMode.Prefer => "If the server offers it, not verified (prefer)",
        TlsMode.Require => "Always, server not verified (require)",
        TlsMode.VerifyCa => "Always, certificate from a trusted authority (verify-ca)",
        _ => "Always, certificate and host name verified (verify-full)",
    };
}
