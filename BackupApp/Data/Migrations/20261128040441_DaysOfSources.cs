using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class DaysOfSources : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_data_source_id_created_at_id",
                table: "backup_jobs");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_data_source_id_created_at_id",
                table: "backup_jobs",
                columns: new[] { "data_source_id", "created_at", "id" },
                descending: new[] { false, true, true })
                .Annotation("Npgsql:IndexInclude", new[] { "status", "bytes_stored", "damaged_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_data_source_id_created_at_id",
                table: "backup_jobs");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_data_source_id_created_at_id",
                table: "backup_jobs",
                columns: new[] { "data_source_id", "created_at", "id" },
                descending: new[] { false, true, true });
        }
    }
}
