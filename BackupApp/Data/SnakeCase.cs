using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace BackupApp.Data;

/// <summary>
/// One spelling everywhere outside C#: <c>snake_case</c> for tables, columns and the words of enums, in the database, the API and the UI.
/// </summary>
public static class SnakeCase
{
    public static string ToSnakeCase(this string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    public static string ToSnakeCase<T>(this T value)
        where T : struct, Enum
    {
        var i = Array.IndexOf(Words<T>.Values, value);
        return i < 0 ? value.ToString().ToSnakeCase() : Words<T>.Names[i];
    }

    /// <summary>The enum value that is written <paramref name="text"/>, or null when there is none.</summary>
    public static T? ParseSnakeCase<T>(string? text)
        where T : struct, Enum
    {
        var i = text is null ? -1 : Array.IndexOf(Words<T>.Names, text);
        return i < 0 ? null : Words<T>.Values[i];
    }

    // Made once: a column of words is read for each row of a list.
    private static class Words<T>
        where T : struct, Enum
    {
        public static readonly T[] Values = Enum.GetValues<T>();

        public static readonly string[] Names = Array.ConvertAll(Values, value => value.ToString().ToSnakeCase());
    }

    internal static void UseSnakeCase(this ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            if (!entity.IsMappedToJson() && entity.GetTableName() is { } table)
                entity.SetTableName(table.ToSnakeCase());
            foreach (var complex in entity.GetComplexProperties())
                UseSnakeCase(complex.ComplexType);
            foreach (var property in entity.GetProperties())
            {
                if (entity.IsMappedToJson() && property.IsPrimaryKey())
                    continue;
                if (entity.IsMappedToJson())
                    property.SetJsonPropertyName(property.Name.ToSnakeCase());
                else // a uint row version is PostgreSQL's own column xmin
                    property.SetColumnName(
                        property is { IsConcurrencyToken: true, ClrType.Name: nameof(UInt32) } ? "xmin" : property.Name.ToSnakeCase());
                UseWords(property);
            }

            foreach (var key in entity.GetKeys())
                key.SetName(key.GetName()?.ToSnakeCase());
            foreach (var key in entity.GetForeignKeys())
                key.SetConstraintName(key.GetConstraintName()?.ToSnakeCase());
            foreach (var index in entity.GetIndexes())
                index.SetDatabaseName(index.GetDatabaseName()?.ToSnakeCase());
        }
    }

    // What belongs together in C# lies side by side in the table, under plain names.
    private static void UseSnakeCase(IMutableComplexType complex)
    {
        foreach (var property in complex.GetProperties())
        {
            property.SetColumnName(property.Name.ToSnakeCase());
            UseWords(property);
        }
    }

    private static void UseWords(IMutableProperty property)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        if (type.IsEnum)
            property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(SnakeCaseEnumConverter<>).MakeGenericType(type))!);
    }
}

/// <summary>Stores an enum as its snake_case word.</summary>
public sealed class SnakeCaseEnumConverter<T>() : ValueConverter<T, string>(
    value => value.ToSnakeCase(),
    text => SnakeCase.ParseSnakeCase<T>(text) ?? Unknown(text))
    where T : struct, Enum
{
    private static T Unknown(string text) =>
        throw new InvalidOperationException($"'{text}' is not a {typeof(T).Name}: was the database written by a newer version?");
}
