using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class SafetyBackup : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "safety_job_id",
                table: "restore_jobs",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_restore_jobs_safety_job_id",
                table: "restore_jobs",
                column: "safety_job_id");

            migrationBuilder.AddForeignKey(
                name: "fk_restore_jobs_backup_jobs_safety_job_id",
                table: "restore_jobs",
                column: "safety_job_id",
                principalTable: "backup_jobs",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_restore_jobs_backup_jobs_safety_job_id",
                table: "restore_jobs");

            migrationBuilder.DropIndex(
                name: "ix_restore_jobs_safety_job_id",
                table: "restore_jobs");

            migrationBuilder.DropColumn(
                name: "safety_job_id",
                table: "restore_jobs");
        }
    }
}
