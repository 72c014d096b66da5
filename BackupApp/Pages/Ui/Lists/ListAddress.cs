using Microsoft.AspNetCore.WebUtilities;

namespace BackupApp.Pages.Ui.Lists;

/// <summary>
/// The address of a list. All that it shows is in the query, so that a view can be kept and shared. A change begins at the first page
/// again.
/// </summary>
/// <param name="path">From the host on, with the application's own prefix.</param>
/// <param name="parameters">Filter and sorting, without the place of the page. Empty ones are left out.</param>
public sealed class ListAddress(string path, IEnumerable<KeyValuePair<string, string?>> parameters)
{
    private readonly List<KeyValuePair<string, string?>> _parameters = [.. parameters.Where(p => !string.IsNullOrEmpty(p.Value))];

    public string Path => path;

    /// <summary>This view, first page.</summary>
    public string Href => QueryHelpers.AddQueryString(path, _parameters);

    /// <summary>With one thing more or else.</summary>
    /// <param name="value">Null takes it out.</param>
    public string With(string name, string? value) => Plus(name, value).Href;

    /// <inheritdoc cref="With"/>
    public ListAddress Plus(string name, string? value) => new(path, _parameters.Where(p => p.Key != name).Append(new(name, value)));

    public string Without(string name) => With(name, null);

    /// <summary>What goes on to whatever is sent from a form that has fields of its own: hidden inputs.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Kept(params string[] names) => _parameters.Where(p => names.Contains(p.Key));

    /// <summary>As it continues an address that has a query already.</summary>
    public string Rest => QueryHelpers.AddQueryString("", _parameters).Replace('?', '&');
}
