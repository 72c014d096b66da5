using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class SeveralArtifacts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "bytes_read",
                table: "backup_artifacts",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "error_code",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "error_stage",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "error_summary",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "kind",
                table: "backup_artifacts",
                type: "text",
                nullable: false,
                defaultValue: "database");

            migrationBuilder.AddColumn<string>(
                name: "note",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "position",
                table: "backup_artifacts",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "status",
                table: "backup_artifacts",
                type: "text",
                nullable: false,
                defaultValue: "success");

            migrationBuilder.AddColumn<string>(
                name: "tool_version",
                table: "backup_artifacts",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "bytes_read",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "error_code",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "error_stage",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "error_summary",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "kind",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "note",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "position",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "status",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "tool_version",
                table: "backup_artifacts");
        }
    }
}
