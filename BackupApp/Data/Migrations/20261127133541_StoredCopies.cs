using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class StoredCopies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "destination_id",
                table: "backup_artifacts",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "compression",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "compression_level",
                table: "backup_artifacts",
                type: "integer",
                nullable: true);

            // Until now the ending of the key alone said how an object is stored; the first jobs did not record gzip's level.
            migrationBuilder.Sql(
                """
                update backup_artifacts a set
                    destination_id = j.destination_id,
                    compression = case when a.key like '%.gz' then 'gzip' else 'none' end,
                    compression_level = case when a.key like '%.gz' then j.compression_level end
                from backup_jobs j where j.id = a.job_id;
                """);

            migrationBuilder.AlterColumn<Guid>(
                name: "destination_id",
                table: "backup_artifacts",
                type: "uuid",
                nullable: false,
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);

            migrationBuilder.AlterColumn<string>(
                name: "compression",
                table: "backup_artifacts",
                type: "text",
                nullable: false,
                oldClrType: typeof(string),
                oldType: "text",
                oldNullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "compression",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "compression_level",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "destination_id",
                table: "backup_artifacts");
        }
    }
}
