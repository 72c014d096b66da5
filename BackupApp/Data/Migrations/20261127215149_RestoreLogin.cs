using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class RestoreLogin : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "batch_id",
                table: "restore_jobs",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "batch_position",
                table: "restore_jobs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<byte[]>(
                name: "restore_cipher",
                table: "data_sources",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "restore_readiness",
                table: "data_sources",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "restore_username",
                table: "data_sources",
                type: "character varying(255)",
                maxLength: 255,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_restore_jobs_batch_id_batch_position",
                table: "restore_jobs",
                columns: new[] { "batch_id", "batch_position" },
                unique: true,
                filter: "batch_id is not null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_restore_jobs_batch_id_batch_position",
                table: "restore_jobs");

            migrationBuilder.DropColumn(
                name: "batch_id",
                table: "restore_jobs");

            migrationBuilder.DropColumn(
                name: "batch_position",
                table: "restore_jobs");

            migrationBuilder.DropColumn(
                name: "restore_cipher",
                table: "data_sources");

            migrationBuilder.DropColumn(
                name: "restore_readiness",
                table: "data_sources");

            migrationBuilder.DropColumn(
                name: "restore_username",
                table: "data_sources");
        }
    }
}
