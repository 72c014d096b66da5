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

    public bool HasFilters => Input.Selection.HasFilters;

    public IEnumerable<SelectListItem> Environments => Enum.GetValues<DataSourceEnvironment>().Select(e => new SelectListItem(Words.Of(e), e.ToString()));

    public IEnumerable<SelectListItem> TlsModes => Enum.GetValues<TlsMode>().Select(mode => new SelectListItem(Words.Of(mode), mode.ToString()));
}
