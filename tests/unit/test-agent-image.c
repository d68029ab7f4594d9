/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images that others have made, and what is done with them. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "agent-image.h"
#include "agent-store.h"
#include "agent-tool.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define LIMIT (100 * GIB)

typedef struct
{
  char *directory;
  char *path; /* of the image that is looked into */
  char *target;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("muri-image-XXXXXX", NULL);
  g_assert_nonnull (f->directory);
  f->path = g_build_filename (f->directory, "image", NULL);
  f->target = g_build_filename (f->directory, "target", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->directory, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->directory, name, NULL);
      g_remove (path);
    }
  g_rmdir (f->directory);
  g_free (f->directory);
  g_free (f->path);
  g_free (f->target);
}

/* As a person would, in their own right. */
G_GNUC_PRINTF (1, 2)
static void
shell (const char *format, ...)
{
  g_autofree char *line = NULL;
  int status;
  va_list args;
  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  const char *const argv[] = { "sh", "-c", line, NULL };
  const AgentTool tool = { .argv = argv };
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_true (agent_tool_run (&tool, NULL, NULL, &words, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (words, ==, "");
  g_assert_cmpint (status, ==, 0);
}

static void
assert_refused (Fixture *f, const char *format, const char *word)
{
  AgentImageInfo info;
  g_autoptr (GError) error = NULL;
  g_assert_false (agent_image_check (f->path, format, LIMIT, NULL, &info, &error));
  g_assert_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
}

/* Also without the first look: qemu-img itself must not follow. */
static void
patch (Fixture *f, goffset offset, const void *bytes, gsize n)
{
  int fd = g_open (f->path, O_WRONLY, 0);
  g_assert_cmpint (pwrite (fd, bytes, n, offset), ==, n);
  close (fd);
}

static void
test_good (Fixture *f, gconstpointer format)
{
  AgentImageInfo info;
  g_autoptr (GError) error = NULL;
  g_autofree char *raw = g_strconcat (f->path, ".raw", NULL);
  shell ("head -c 3000000 /dev/urandom > '%s' && truncate -s 64M '%s'"
         " && qemu-img convert -f raw -O %s '%s' '%s'",
         raw, raw, (const char *)format, raw, f->path);
  g_assert_true (agent_image_check (f->path, format, LIMIT, NULL, &info, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (info.size, ==, 64 * MIB);
  g_assert_cmpuint (info.needed, >=, 3000000);
  g_assert_cmpuint (info.needed, <, 128 * MIB);
  g_assert_true (
      agent_image_convert (f->path, format, FALSE, f->target, LIMIT, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  shell ("qemu-img compare -q -f raw -F qcow2 '%s' '%s'", raw, f->target);
  g_assert_true (agent_image_check (f->target, "qcow2", LIMIT, NULL, &info, &error));
}

static void
test_compressed_vmdk (Fixture *f, gconstpointer data)
{
  AgentImageInfo info;
  g_autoptr (GError) error = NULL;
  g_autofree char *raw = g_strconcat (f->path, ".raw", NULL);
  shell (
      "head -c 3000000 /dev/urandom > '%s' && truncate -s 64M '%s' && qemu-img convert -f raw -O "
      "vmdk -o subformat=streamOptimized '%s' '%s'",
      raw, raw, raw, f->path);
  g_assert_true (agent_image_check (f->path, "vmdk", LIMIT, NULL, &info, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (info.size, ==, 64 * MIB);
}

static void
test_backing_file (Fixture *f, gconstpointer data)
{
  shell ("qemu-img create -q -u -f qcow2 -b /etc/shadow -F raw '%s' 1M", f->path);
  assert_refused (f, "qcow2", "backing file");
}

/* The name stands elsewhere too. */
static void
test_data_file (Fixture *f, gconstpointer data)
{
  shell ("cd '%s' && qemu-img create -q -f qcow2 -o data_file=data '%s' 1M", f->directory, f->path);
  assert_refused (f, "qcow2", "data in another file");
}

static void
test_json_data_file (Fixture *f, gconstpointer data)
{
  static const guint8 external[8] = { 0, 0, 0, 0, 0, 0, 0, 4 };
  shell ("qemu-img create -q -f qcow2 '%s' 1M", f->path);
  patch (f, 72, external, sizeof external);
  assert_refused (f, "qcow2", "data in another file");
}

static void
test_huge (Fixture *f, gconstpointer data)
{
  shell ("qemu-img create -q -f qcow2 '%s' 1P", f->path);
  assert_refused (f, "qcow2", "at most");
  shell ("truncate -s 101G '%s'", f->path);
  assert_refused (f, "raw", "at most");
  shell ("qemu-img create -q -f vhdx '%s' 200G", f->path);
  assert_refused (f, "vhdx", "larger");
  shell ("qemu-img create -q -f vmdk '%s' 200G", f->path);
  assert_refused (f, "vmdk", "at most");
}

static void
test_cut_off (Fixture *f, gconstpointer data)
{
  shell ("head -c 8000000 /dev/urandom > '%s' && qemu-img convert -f raw -O qcow2 '%s' '%s' && "
         "truncate -s 5000000 '%s'",
         f->target, f->target, f->path, f->path);
  assert_refused (f, "qcow2", "cut off");
  shell ("truncate -s 50 '%s'", f->path);
  assert_refused (f, "qcow2", "no image");
  shell ("truncate -s 0 '%s'", f->path);
  assert_refused (f, "qcow2", "empty");
}

static void
test_descriptor (Fixture *f, gconstpointer data)
{
  shell ("cd '%s' && printf '# Disk DescriptorFile\\nversion=1\\nCID=1\\nparentCID=ffffffff\\n"
         "createType=\"monolithicFlat\"\\nRW 2048 FLAT \"/etc/shadow\" 0\\n' > '%s'",
         f->directory, f->path);
  assert_refused (f, "vmdk", "only the description");
}

/* The description in a sparse one names where the data is, if it has no size itself. */
static void
test_descriptor_within (Fixture *f, gconstpointer data)
{
  static const guint8 none[8];
  const char *elsewhere = "RW 2048 FLAT \"/etc/shadow\" 0\n";
  shell ("qemu-img create -q -f vmdk '%s' 1M", f->path);
  patch (f, 12, none, sizeof none);
  assert_refused (f, "vmdk", "no size");
  shell ("qemu-img create -q -f vmdk '%s' 1M", f->path);
  patch (f, 512, elsewhere, strlen (elsewhere));
  assert_refused (f, "vmdk", "another file");
}

static void
test_several_files (Fixture *f, gconstpointer data)
{
  shell ("cd '%s' && qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentSparse x.vmdk 5G && cp "
         "x.vmdk image",
         f->directory);
  assert_refused (f, "vmdk", "only the description");
}

static void
test_no_file (Fixture *f, gconstpointer data)
{
  assert_refused (f, "qcow2", "cannot be opened");
  g_assert_cmpint (symlink ("/etc/shadow", f->path), ==, 0);
  assert_refused (f, "raw", "cannot be opened");
  g_unlink (f->path);
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  assert_refused (f, "raw", "no file");
  assert_refused (f, "vdi", "not taken");
}

static void
test_wrong_format (Fixture *f, gconstpointer data)
{
  shell ("qemu-img create -q -f vmdk '%s' 1M", f->path);
  assert_refused (f, "qcow2", "no image of format qcow2");
  assert_refused (f, "vhdx", "no image of format vhdx");
}

static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autofree guint8 *rubbish = g_malloc (65536);
  memset (rubbish, 0xa7, 65536);
  shell ("head -c 1000000 /dev/urandom > '%s' && qemu-img convert -f raw -O qcow2 '%s' '%s'",
         f->target, f->target, f->path);
  patch (f, 3 * 65536, rubbish, 65536);
  assert_refused (f, "qcow2", "");
}

/* ---- the program around it ---- */

static void
test_closed (Fixture *f, gconstpointer data)
{
  const char *const argv[] = { "cat", f->path, "/etc/hostname", NULL };
  const char *const read[] = { f->path, NULL };
  const AgentTool tool = { .argv = argv, .closed = TRUE, .read = read };
  g_autofree char *output = NULL, *words = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  g_file_set_contents (f->path, "mine", -1, NULL);
  g_assert_true (agent_tool_run (&tool, NULL, &output, &words, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (output, "mine"));
  if (status == 0)
    g_test_skip ("this kernel has no Landlock");
  else
    g_assert_nonnull (strstr (words, "denied"));
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  const char *const hog[] = { "sh", "-c", "while :; do :; done", NULL };
  const AgentTool busy = { .argv = hog, .cpu = 1 };
  const char *const dd[] = { "dd", "if=/dev/zero", "bs=1M", "count=64", "of=/dev/null", NULL };
  const AgentTool large = { .argv = dd, .memory = 1 << 20 };
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  g_assert_false (agent_tool_run (&busy, NULL, NULL, NULL, &status, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (agent_tool_run (&large, NULL, NULL, NULL, &status, NULL) && status == 0);
}

static void
keep_line (const char *line, gpointer lines)
{
  g_ptr_array_add (lines, g_strdup (line));
}

static void
test_lines (Fixture *f, gconstpointer data)
{
  const char *const argv[] = { "sh", "-c", "cat; printf 'b\\rc\\n\\nd'; echo e >&2; exit 3", NULL };
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  const AgentTool tool = { .argv = argv, .input = "a\n", .line = keep_line, .user_data = lines };
  g_autofree char *words = NULL;
  int status;
  g_assert_true (agent_tool_run (&tool, NULL, NULL, &words, &status, NULL));
  g_assert_cmpint (status, ==, 3);
  g_assert_cmpstr (words, ==, "e");
  g_assert_cmpuint (lines->len, ==, 4);
  g_assert_cmpstr (lines->pdata[1], ==, "b");
  g_assert_cmpstr (lines->pdata[3], ==, "d");
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  const char *const argv[] = { "sleep", "1000", NULL };
  const AgentTool tool = { .argv = argv };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  int status;
  g_assert_false (agent_tool_run (&tool, cancellable, NULL, NULL, &status, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

#define ADD(name, data, func) g_test_add (name, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/image/good/qcow2", "qcow2", test_good);
  ADD ("/image/good/raw", "raw", test_good);
  ADD ("/image/good/vmdk", "vmdk", test_good);
  ADD ("/image/good/vhdx", "vhdx", test_good);
  ADD ("/image/compressed-vmdk", NULL, test_compressed_vmdk);
  ADD ("/image/backing-file", NULL, test_backing_file);
  ADD ("/image/data-file", NULL, test_data_file);
  ADD ("/image/json-data-file", NULL, test_json_data_file);
  ADD ("/image/huge", NULL, test_huge);
  ADD ("/image/cut-off", NULL, test_cut_off);
  ADD ("/image/descriptor", NULL, test_descriptor);
  ADD ("/image/descriptor-within", NULL, test_descriptor_within);
  ADD ("/image/several-files", NULL, test_several_files);
  ADD ("/image/no-file", NULL, test_no_file);
  ADD ("/image/wrong-format", NULL, test_wrong_format);
  ADD ("/image/damaged", NULL, test_damaged);
  ADD ("/tool/closed", NULL, test_closed);
  ADD ("/tool/limits", NULL, test_limits);
  ADD ("/tool/lines", NULL, test_lines);
  ADD ("/tool/cancel", NULL, test_cancel);
  return g_test_run ();
}
