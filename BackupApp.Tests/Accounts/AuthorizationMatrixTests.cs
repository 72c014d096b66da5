using System.Net;
using System.Net.Http.Json;
using System.Text;
using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Accounts;

/// <summary>
/// Every route of the running application, asked by everybody. The expectations are in <see cref="AuthorizationMatrix"/>:
/// a route that is not there fails this test, and so does a line whose route is gone. Nobody sends an antiforgery token.
/// </summary>
public sealed class AuthorizationMatrixTests
{
    [Fact]
    public async Task Every_route_answers_everybody_as_the_matrix_says()
    {
        await using var app = await WholeApp.StartAsync();
        var routes = await RoutesAsync(app.Services);
        var expected = AuthorizationMatrix.Rows;
        var visitors = await VisitorsAsync(app);
        var found = await Task.WhenAll(visitors.Select(visitor => OutcomesAsync(visitor, routes)));
        foreach (var visitor in visitors)
            visitor.Browser.Dispose();

        var differences = new List<string>();
        for (var i = 0; i < routes.Count; i++)
        {
            var cells = string.Concat(found.Select(column => column[i]));
            if (!expected.TryGetValue(routes[i].Name, out var row))
                differences.Add($"{cells} {routes[i].Name}   is not in the matrix: add it, if these are the right outcomes");
            else if (row != cells)
                differences.Add($"{cells} {routes[i].Name}   answers so, but the matrix says {row}");
        }

        differences.AddRange(
            expected.Keys.Except(routes.Select(r => r.Name)).Select(name => $"{name} is in the matrix, but not in the application"));
        Assert.True(differences.Count == 0, $"{AuthorizationMatrix.Columns}\n{string.Join('\n', differences)}");
        Assert.True(routes.Count > 50, $"Only {routes.Count} routes: how did the others get lost?");
    }

    private static async Task<IReadOnlyList<Asker>> VisitorsAsync(WholeApp app)
    {
        var askers = new List<Asker> { new(new Visitor(app.Address), null) };
        foreach (var role in Enum.GetValues<Role>())
        {
            var user = await app.CreateUserAsync(role);
            var browser = new Visitor(app.Address);
            await browser.SignInAsync(user.Email!);
            askers.Add(new(browser, null));
        }

        // Not one of those above: a token may sign its owner out.
        var owner = await app.CreateUserAsync(Role.Administrator, "owner");
        askers.Add(
            new(new Visitor(app.Address), await app.CreateTokenAsync(owner, TokenRole.Administrator, DateTimeOffset.UtcNow.AddDays(-1))));
        askers.Add(new(new Visitor(app.Address), await app.CreateTokenAsync(owner, TokenRole.Administrator, revoked: true)));
        foreach (var role in Enum.GetValues<TokenRole>())
            askers.Add(new(new Visitor(app.Address), await app.CreateTokenAsync(owner, role)));
        return askers;
    }

    private static async Task<char[]> OutcomesAsync(Asker asker, IReadOnlyList<Route> routes)
    {
        var outcomes = new char[routes.Count];
        for (var i = 0; i < routes.Count; i++)
        {
            (string, string)[] headers = asker.Token is null ? [] : [("Authorization", "Bearer " + asker.Token)];
            using var answer = await asker.Browser.SendAsync(
                new HttpMethod(routes[i].Method),
                routes[i].Address,
                routes[i].Body is { } body ? JsonContent.Create(body) : null,
                headers);
            outcomes[i] = Outcome(routes[i], answer);
        }

        return outcomes;
    }

    private static char Outcome(Route route, HttpResponseMessage answer)
    {
        if (answer.Headers.Location is { IsAbsoluteUri: true, AbsolutePath: Visitor.Login })
            return AuthorizationMatrix.SignIn;
        // Beyond the table the API has one more door, the antiforgery token; a page's own 403 (a used link) is an answer like any other.
        var passed = answer.Headers.Contains(WholeApp.PassedHeader) && !ProgramRoutes.IsApi(route.Address.Split('?')[0]);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => AuthorizationMatrix.Unauthorized,
            HttpStatusCode.Forbidden when !route.IsOpen && !passed => AuthorizationMatrix.Forbidden,
            not HttpStatusCode.BadRequest when route.IsPage && route.Method == "POST" => AuthorizationMatrix.WithoutAntiforgery,
            _ => AuthorizationMatrix.Passed,
        };
    }

    private static async Task<IReadOnlyList<Route>> RoutesAsync(IServiceProvider services)
    {
        var routes = new SortedDictionary<string, Route>(StringComparer.Ordinal);
        var loader = services.GetRequiredService<PageLoader>();
        foreach (var endpoint in services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            foreach (var route in await RoutesAsync(endpoint, loader))
                routes.TryAdd(route.Name, route);
        }

        // One answer of this route is by what is asked for: a Runner runs what is attached and nothing else.
        var run = routes["POST /api/v1/datasources/{datasourceId}/backups/run-now"];
        var chosen = run with { Name = run.Name + " to a destination", Body = new { destinationId = Guid.Empty } };
        routes.Add(chosen.Name, chosen);
        return [.. routes.Values];
    }

    private static async Task<IEnumerable<Route>> RoutesAsync(RouteEndpoint endpoint, PageLoader loader)
    {
        var pattern = "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
        var isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return isOpen
                ? [new Route("GET static files", "GET", "/css/site.css", isOpen)]
                : [new Route($"GET {pattern}", "GET", pattern, isOpen)];
        if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page)
        {
            var handlers = (await loader.LoadAsync(page, EndpointMetadataCollection.Empty)).HandlerMethods;
            return handlers.Select(h => (Method: h.HttpMethod.ToUpperInvariant(), Handler: h.Name is null ? "" : $"?handler={h.Name}"))
                .Append(("GET", ""))
                .Select(h => new Route($"{h.Item1} {pattern}{h.Item2}", h.Item1, Address(pattern) + h.Item2, isOpen) { IsPage = true });
        }

        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;
        return methods is { Count: > 0 }
            ? methods.Select(method => new Route($"{method} {pattern}", method, Address(pattern), isOpen))
            : [new Route($"ANY {pattern}", "GET", Address(pattern), isOpen)];
    }

    // Ids of nothing: whoever gets through is told so.
    private static string Address(string pattern)
    {
        var address = new StringBuilder();
        foreach (var segment in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment.StartsWith("{*", StringComparison.Ordinal))
                break;
            address.Append('/').Append(
                !segment.StartsWith('{') ? segment
                : segment.Contains(":int", StringComparison.Ordinal) ? "404"
                : "00000000-0000-7000-8000-000000000000");
        }

        return address.Length == 0 ? "/" : address.ToString();
    }

    private sealed record Asker(Visitor Browser, string? Token);

    /// <param name="IsOpen">It says so itself; the table is not asked.</param>
    private sealed record Route(string Name, string Method, string Address, bool IsOpen)
    {
        public bool IsPage { get; init; }

        /// <summary>As JSON.</summary>
        public object? Body { get; init; }
    }
}
