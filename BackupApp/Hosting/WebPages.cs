using BackupApp.Accounts;
using BackupApp.Errors;
using Microsoft.AspNetCore.Diagnostics;

namespace BackupApp.Hosting;

/// <summary>The web side: pages, and their middleware in its order.</summary>
public static class WebPages
{
    public static void AddPages(this WebApplicationBuilder builder)
    {
        // Also for a run from the build's output, where the files are not gathered yet.
        builder.WebHost.UseStaticWebAssets();
        DemandAssets(builder.Environment);
        builder.Services.AddRazorPages().AddViewOptions(views => views.HtmlHelperOptions.ClientValidationEnabled = false);
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["text/html"];
        });
        builder.AddOutsideAddress();
        OwnCertificate.Use(builder);
    }

    // Without them every page would come as bare text, and its assets as empty answers.
    private static void DemandAssets(IWebHostEnvironment environment)
    {
        if (!environment.WebRootFileProvider.GetFileInfo("css/site.css").Exists)
            throw new IncompleteInstallationException(
                $"The folder 'wwwroot' with its styles and scripts is missing beside the program in {environment.ContentRootPath}. "
                + "Install BackupApp again, all of its files.");
    }

    public static void UsePages(this WebApplication app)
    {
        app.UseOutsideAddress();
        app.UseSecurityHeaders();
        app.UseWhen(context => !ProgramRoutes.Contain(context.Request.Path), pages => pages.UseExceptionHandler("/Error"));
        app.UseWhen(context => ProgramRoutes.Contain(context.Request.Path), api => api.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => Explain(context).ExecuteAsync(context),
        }));
        app.UseWhen(context => ProgramRoutes.Contain(context.Request.Path), api => api.UseStatusCodePages(
            status => ApiProblem.ForStatus(status.HttpContext.Response.StatusCode).ExecuteAsync(status.HttpContext)));
        app.UseWhen(
            context => !context.Request.Path.StartsWithSegments("/files") && !ProgramRoutes.Contain(context.Request.Path),
            pages => pages.UseStatusCodePagesWithReExecute("/Error/{0}"));
        app.UseWhen(MayBeCompressed, pages => pages.UseResponseCompression());
        app.UseMiddleware<HostFilter>();
        app.UseRouting();
        app.UseAccounts();
        app.UseMiddleware<HostLearner>();
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorPages().WithStaticAssets();
    }

    // A compressed page's length tells somebody on the way of a secret in it that stands beside words which they chose. So only pages are
    // compressed that show none, and no answers to forms, in which there may be what was typed.
    private static readonly string[] WithoutSecrets =
    [
        "/DataSources", "/Jobs", "/Policies", "/Destinations", "/Restores", "/Contents", "/Audit", "/Incidents", "/Uncovered", "/Protect",
        "/Api",
    ];

    private static bool MayBeCompressed(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && (context.Request.Path == "/" || Array.Exists(WithoutSecrets, path => context.Request.Path.StartsWithSegments(path)));

    // Here ends what fails before the API itself is reached: a token is looked up in the database.
    private static ApiProblem Explain(HttpContext context) =>
        Unreachable.Is(context.Features.Get<IExceptionHandlerFeature>()?.Error)
            ? ApiProblem.ForStatus(StatusCodes.Status503ServiceUnavailable)
            : ApiProblem.InternalError();
}

/// <summary>Files of the program itself are missing. The message says which.</summary>
public sealed class IncompleteInstallationException(string message) : Exception(message);
