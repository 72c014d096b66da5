using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;

namespace BackupApp.Accounts;

/// <summary>What a request needs. Each permission includes the ones before it.</summary>
public enum Permission
{
    /// <summary>Nobody has to be signed in.</summary>
    Anonymous,

    /// <summary>Anybody who is signed in: the own account.</summary>
    SignedIn,

    /// <summary>Viewers and up.</summary>
    Read,

    /// <summary>Operators and up.</summary>
    Operate,

    /// <summary>Administrators.</summary>
    Administer,
}

/// <summary>
/// Who may do what, in one place. The table decides for every endpoint that says nothing of its own, by page name or route, so that a new page is
/// protected before anybody thinks of it: reading needs <see cref="Permission.Read"/>, everything else <see cref="Permission.Operate"/>.
/// </summary>
public static class Access
{
    /// <summary>Names of the policies, for endpoints that are not pages: the API, the Hangfire dashboard.</summary>
    public const string Read = nameof(Permission.Read);
    public const string Operate = nameof(Permission.Operate);
    public const string Administer = nameof(Permission.Administer);

    // The first line that fits decides. Paths are page names and route patterns, not what somebody typed into the address bar.
    private static readonly (string Path, Permission Reading, Permission Writing)[] Rules =
    [
        ("/Identity/Account/Manage", Permission.SignedIn, Permission.SignedIn),
        ("/Identity/Account", Permission.Anonymous, Permission.Anonymous), // signing in and out
        ("/Account", Permission.SignedIn, Permission.SignedIn),
        ("/Setup", Permission.Anonymous, Permission.Anonymous), // the link is the proof
        ("/files", Permission.Anonymous, Permission.Anonymous), // the signed link is the proof
        ("/Error", Permission.Anonymous, Permission.Anonymous),
        ("/health", Permission.Anonymous, Permission.Anonymous),
        ("/Users", Permission.Administer, Permission.Administer),
        ("/hangfire", Permission.Administer, Permission.Administer),
    ];

    // Pages whose reading is the first half of writing.
    private static readonly string[] Forms = ["/Create", "/Edit", "/Delete"];

    /// <summary>What the request asks for. Where there is no endpoint its path decides, so that strangers do not learn which addresses exist.</summary>
    public static Permission Needed(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return Permission.Anonymous;
        return Needed(endpoint is null ? context.Request.Path : PathOf(endpoint), context.Request.Method);
    }

    /// <param name="path">A page's name with its area (<c>/DataSources/Edit</c>) or a route pattern (<c>/health/live</c>).</param>
    public static Permission Needed(PathString path, string method)
    {
        var reading = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        foreach (var rule in Rules)
        {
            if (path.StartsWithSegments(rule.Path))
                return reading ? rule.Reading : rule.Writing;
        }

        var form = Forms.Any(name => path.Value?.EndsWith(name, StringComparison.OrdinalIgnoreCase) == true);
        return reading && !form ? Permission.Read : Permission.Operate;
    }

    /// <summary>For views: <c>@if (User.Can(Permission.Operate))</c>.</summary>
    public static bool Can(this ClaimsPrincipal user, Permission permission)
    {
        if (permission is Permission.Anonymous)
            return true;
        if (user.Identity?.IsAuthenticated != true)
            return false;
        if (permission is Permission.SignedIn)
            return true;
        return Enum.TryParse<Role>(user.FindFirstValue(ClaimTypes.Role), out var role) && PermissionOf(role) >= permission;
    }

    private static Permission PermissionOf(Role role) => role switch
    {
        Role.Administrator => Permission.Administer,
        Role.Operator => Permission.Operate,
        Role.Viewer => Permission.Read,
        _ => Permission.SignedIn,
    };

    private static PathString PathOf(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page)
            return page.AreaName is null ? page.ViewEnginePath : $"/{page.AreaName}{page.ViewEnginePath}";
        return "/" + (endpoint as RouteEndpoint)?.RoutePattern.RawText?.TrimStart('/');
    }

    internal static void AddPolicies(AuthorizationOptions options)
    {
        var byTable = new AuthorizationPolicyBuilder().AddRequirements(new TableRequirement()).Build();
        options.FallbackPolicy = byTable;
        options.DefaultPolicy = byTable; // a bare [Authorize] must not weaken the table
        foreach (var permission in (Permission[])[Permission.Read, Permission.Operate, Permission.Administer])
            options.AddPolicy(permission.ToString(), policy => policy.RequireAuthenticatedUser().RequireAssertion(c => c.User.Can(permission)));
    }

    internal sealed class TableRequirement : AuthorizationHandler<TableRequirement>, IAuthorizationRequirement
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, TableRequirement requirement)
        {
            if (context.Resource is HttpContext http && context.User.Can(Needed(http)))
                context.Succeed(requirement);
            return Task.CompletedTask;
        }
    }
}
