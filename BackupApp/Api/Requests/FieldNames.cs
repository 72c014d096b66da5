using System.Text.Json;

namespace BackupApp.Api.Requests;

/// <summary>Fields of a feature's input as the API spells them; on an endpoint it translates what the feature's validation says.</summary>
public sealed class FieldNames(params (string Input, string Api)[] names)
{
    public static readonly FieldNames None = new();

    private readonly (string Input, string Api)[] _names = names;

    public FieldNames And(FieldNames others) => new([.. _names, .. others._names]);

    /// <param name="field">A field of the input, or one inside of it: <c>Parameters.sslcert</c>.</param>
    public string Of(string field)
    {
        if (Array.Find(_names, n => n.Input == field).Api is { } name)
            return name;
        var dot = field.IndexOf('.', StringComparison.Ordinal);
        var (head, rest) = dot < 0 ? (field, "") : (field[..dot], field[dot..]);
        return (Array.Find(_names, n => n.Input == head).Api ?? JsonNamingPolicy.CamelCase.ConvertName(head)) + rest;
    }

    public Dictionary<string, string> Translate(IReadOnlyDictionary<string, string> problems)
    {
        var result = new Dictionary<string, string>();
        foreach (var (field, problem) in problems)
            result.TryAdd(Of(field), problem);
        return result;
    }
}
