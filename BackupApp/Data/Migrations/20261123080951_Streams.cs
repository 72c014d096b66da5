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

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_policy_id_created_at_id",
                table: "backup_jobs",
                columns: new[] { "policy_id", "created_at", "id" },
                descending: new[] { false, true, true },
                filter: "policy_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_status_created_at_id",
                table: "backup_jobs",
                columns: new[] { "status", "created_at", "id" },
                descending: new[] { false, true, true },
                filter: "status <> 'success'");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_trigger_created_at_id",
                table: "backup_jobs",
                columns: new[] { "trigger", "created_at", "id" },
                descending: new[] { false, true, true },
                filter: "trigger = 'manual'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_policy_id_created_at_id",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_status_created_at_id",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_trigger_created_at_id",
                table: "backup_jobs");

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
