using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class Life : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_destination_id",
                table: "backup_jobs");

            migrationBuilder.AddColumn<bool>(
                name: "only_hidden",
                table: "backup_jobs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "destination_looks",
                columns: table => new
                {
                    destination_id = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    objects = table.Column<long>(type: "bigint", nullable: false),
                    unknown = table.Column<long>(type: "bigint", nullable: false),
                    unknown_bytes = table.Column<long>(type: "bigint", nullable: false),
                    unknown_uploads = table.Column<long>(type: "bigint", nullable: false),
                    examples = table.Column<string>(type: "jsonb", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_destination_looks", x => x.destination_id);
                    table.ForeignKey(
                        name: "fk_destination_looks_storage_destinations_destination_id",
                        column: x => x.destination_id,
                        principalTable: "storage_destinations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_destination_id_created_at_id",
                table: "backup_jobs",
                columns: new[] { "destination_id", "created_at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_stored",
                table: "backup_jobs",
                column: "destination_id",
                filter: "deleted_at is null and status in ('success', 'partial')");

            migrationBuilder.CreateIndex(
                name: "ix_audit_log_action_created_at_id",
                table: "audit_log",
                columns: new[] { "action", "created_at", "id" },
                descending: new[] { false, true, true });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "destination_looks");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_destination_id_created_at_id",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_stored",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_audit_log_action_created_at_id",
                table: "audit_log");

            migrationBuilder.DropColumn(
                name: "only_hidden",
                table: "backup_jobs");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_destination_id",
                table: "backup_jobs",
                column: "destination_id");
        }
    }
}
