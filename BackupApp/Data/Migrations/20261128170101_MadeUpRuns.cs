using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class MadeUpRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_attachment_id_scheduled_for",
                table: "backup_jobs");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_attachment_id_scheduled_for",
                table: "backup_jobs",
                columns: new[] { "attachment_id", "scheduled_for" },
                unique: true,
                filter: "trigger = 'schedule' and cancel_reason is distinct from 'shutdown'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_attachment_id_scheduled_for",
                table: "backup_jobs");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_attachment_id_scheduled_for",
                table: "backup_jobs",
                columns: new[] { "attachment_id", "scheduled_for" },
                unique: true,
                filter: "trigger = 'schedule'");
        }
    }
}
