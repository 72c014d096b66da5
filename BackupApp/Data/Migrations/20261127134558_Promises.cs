using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class Promises : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "pause_reason",
                table: "data_sources",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "paused_at",
                table: "data_sources",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "paused_until",
                table: "data_sources",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "source_promises",
                columns: table => new
                {
                    data_source_id = table.Column<Guid>(type: "uuid", nullable: false),
                    max_age = table.Column<TimeSpan>(type: "interval", nullable: true),
                    kept_age = table.Column<TimeSpan>(type: "interval", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_source_promises", x => x.data_source_id);
                    table.ForeignKey(
                        name: "fk_source_promises_data_sources_data_source_id",
                        column: x => x.data_source_id,
                        principalTable: "data_sources",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_failed",
                table: "backup_jobs",
                columns: new[] { "data_source_id", "finished_at" },
                descending: new[] { false, true },
                filter: "status = 'failed'");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_good",
                table: "backup_jobs",
                columns: new[] { "data_source_id", "started_at" },
                descending: new[] { false, true },
                filter: "deletion_marked_at is null and status in ('success', 'partial')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "source_promises");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_failed",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_good",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "pause_reason",
                table: "data_sources");

            migrationBuilder.DropColumn(
                name: "paused_at",
                table: "data_sources");

            migrationBuilder.DropColumn(
                name: "paused_until",
                table: "data_sources");
        }
    }
}
