using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class Streams : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "max_parts",
                table: "storage_destinations",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "compression_threads",
                table: "backup_policies",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "rate_limit",
                table: "backup_policies",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "compression_threads",
                table: "backup_jobs",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "expected_stored_bytes",
                table: "backup_jobs",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_waiting_for_memory",
                table: "backup_jobs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "rate_limit",
                table: "backup_jobs",
                type: "integer",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "max_parts",
                table: "storage_destinations");

            migrationBuilder.DropColumn(
                name: "compression_threads",
                table: "backup_policies");

            migrationBuilder.DropColumn(
                name: "rate_limit",
                table: "backup_policies");

            migrationBuilder.DropColumn(
                name: "compression_threads",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "expected_stored_bytes",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "is_waiting_for_memory",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "rate_limit",
                table: "backup_jobs");
        }
    }
}
