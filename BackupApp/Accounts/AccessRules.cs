using System.Text.RegularExpressions;
using BackupApp.Accounts.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;

namespace BackupApp.Accounts;

/// <summary>
/// Who may do what, in one place. The table decides for every endpoint that says nothing of its
/// own, by page name or route, so that a new page is protected before anybody thinks of it: reading
/// needs <see cref="Permission.Read"/>, everything else <see cref="Permission.Operate"/>.
/// </summary>
public static partial class AccessRules
{
    /// <summary>Names of the policies, for endpoints that are not pages: the API, the Hangfire dashboard.</summary>
    public const string Read = nameof(Permission.Read);
    public const string Operate = nameof(Permission.Operate);
    public const string Administer = nameof(Permission.Administer);

    // The first line that fits decides. Paths are page names and route patterns ({} for any parameter), not what somebody
    // typed into the address bar; one that ends with $ means this address only, any other all addresses below it too.
    private static readonly (string Path, Permission Reading, Permission Writing)[] Rules =
    [
        ("/api/v1/datasources/{}/backups/run-now$", Permission.Operate, Permission.Run),
        ("/api/v1/datasources/{}/backups/{}$", Permission.Watch, Permission.Operate),
        ("/api/v1/backups/{}$", Permission.Watch, Permission.Operate),
        ("/api/v1/account", Permission.Read, Permission.Read), // the owner's own, and not a Runner's business
        ("/api/v1/users", Permission.Administer, Permission.Administer),
        ("/api/v1/tokens", Permission.Administer, Permission.Administer),
        ("/Identity/Account/Manage", Permission.SignedIn, Permission.SignedIn),
        ("/Identity/Account", Permission.Anonymous, Permission.Anonymous), // signing in and out
        ("/Account", Permission.SignedIn, Permission.SignedIn),
        ("/Setup", Permission.Anonymous, Permission.Anonymous), // the link is the proof
        ("/Welcome", Permission.Anonymous, Permission.Anonymous), // likewise
        ("/files", Permission.Anonymous, Permission.Anonymous), // the signed link is the proof
        ("/Error", Permission.Anonymous, Permission.Anonymous),
        ("/health/backups", Permission.Read, Permission.Read),
        ("/metrics", Permission.Read, Permission.Read),
        ("/Received", Permission.Anonymous, Permission.Anonymous), // likewise
        ("/health", Permission.Anonymous, Permission.Anonymous),
        ("/Users", Permission.Administer, Permission.Administer),
        ("/MasterKey", Permission.Administer, Permission.Administer),
        ("/Checklist", Permission.Operate, Permission.Administer),
        ("/Protect", Permission.Operate, Permission.Operate),
        ("/hangfire", Permission.Administer, Permission.Administer),
    ];

    // Pages whose reading is the first half of writing.
    private static readonly string[] Forms = ["/Create", "/Edit", "/Delete", "/Progress", "/Many"];

    /// <summary>
    /// What the request asks for. Where there is no endpoint its path decides, so that strangers do not learn which addresses exist.
    /// </summary>
    public static Permission Needed(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return Permission.Anonymous;
        return Needed(endpoint is RouteEndpoint route ? PathOf(route) : context.Request.Path, context.Request.Method);
    }

    /// <param name="path">A page's name with its area (<c>/DataSources/Edit</c>) or a route pattern (<c>/api/v1/backups/{}</c>).</param>
    public static Permission Needed(PathString path, string method)
    {
        var reading = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        foreach (var rule in Rules)
        {
            if (rule.Path is [.. var only, '$'] ? path == only : path.StartsWithSegments(rule.Path))
                return reading ? rule.Reading : rule.Writing;
        }

        var form = Forms.Any(name => path.Value?.EndsWith(name, StringComparison.OrdinalIgnoreCase) == true);
        return reading && !form ? Permission.Read : Permission.Operate;
    }

    // A token that is limited to some sources is refused wherever nothing says which source it is about.
    private static bool MayReach(HttpContext context)
    {
        if (!context.User.HasClaim(claim => claim.Type == TokenClaims.DataSource))
            return true;
        if (context.GetRouteValue("datasourceId") is { } value)
            return Guid.TryParse(value.ToString(), out var id) && context.User.CanReach(id);
        return context.GetEndpoint()?.Metadata.GetMetadata<ChecksDataSourceAttribute>() is not null;
    }

    internal static PathString PathOf(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page)
            return page.AreaName is null ? page.ViewEnginePath : $"/{page.AreaName}{page.ViewEnginePath}";
        return "/" + Parameter().Replace(endpoint.RoutePattern.RawText?.TrimStart('/') ?? "", "{}");
    }

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();

    internal static void AddPolicies(AuthorizationOptions options)
    {
        var byTable = new AuthorizationPolicyBuilder().AddRequirements(new TableRequirement()).Build();
        options.FallbackPolicy = byTable;
        options.DefaultPolicy = byTable; // a bare [Authorize] must not weaken the table
        foreach (var permission in (Permission[])[Permission.Read, Permission.Operate, Permission.Administer])
            options.AddPolicy(
                permission.ToString(),
                policy => policy.RequireAuthenticatedUser().RequireAssertion(c => c.User.Can(permission)));
    }

    internal sealed class TableRequirement : AuthorizationHandler<TableRequirement>, IAuthorizationRequirement
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, TableRequirement requirement)
        {
            if (context.Resource is HttpContext http && context.User.Can(Needed(http)) && MayReach(http))
                context.Succeed(requirement);
            return Task.CompletedTask;
        }
    }
}
