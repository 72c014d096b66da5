using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace BackupApp.Pages.Ui;

/// <summary>Fingerprinted addresses of our own static files, for markup that MVC's tag helpers do not know.</summary>
internal static class AssetUrls
{
    /// <param name="path">Path below wwwroot, without a leading slash.</param>
    /// <returns>The fingerprinted address, or the plain one where the endpoint has no asset map (no <c>WithStaticAssets</c>).</returns>
    public static string Url(ViewContext view, string path)
    {
        var http = view.HttpContext;
        var assets = http.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>();
        return $"{http.Request.PathBase}/{assets?[path] ?? path}";
    }
}
