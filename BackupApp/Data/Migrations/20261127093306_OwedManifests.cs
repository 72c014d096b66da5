using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class OwedManifests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "manifests_due_at",
                table: "backup_jobs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_manifests_due_at",
                table: "backup_jobs",
                column: "manifests_due_at",
                filter: "manifests_due_at is not null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_manifests_due_at",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "manifests_due_at",
                table: "backup_jobs");
        }
    }
}
