using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace BackupApp.Runs;

/// <summary>The names of a kind's table and columns, as the model has them, for the few statements that are written in SQL.</summary>
internal sealed class RunTable
{
    private readonly IEntityType _entity;

    private RunTable(IEntityType entity) => _entity = entity;

    public string Name => Quote(_entity.GetTableName()!);

    public string this[string property] => Quote(_entity.FindProperty(property)!.GetColumnName());

    public static RunTable Of<T>(AppDbContext db)
        where T : Run => new(db.Model.FindEntityType(typeof(T))!);

    private static string Quote(string name) => $"\"{name}\"";
}
