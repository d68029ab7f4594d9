/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an image is generalised, and a generalised copy of it, by libguestfs's own programs,
 * which boot a small VM for that. Run by with-libvirtd with one guest, which stays off. */
#include "clone-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define ID "0123456789abcdef0123456789abcdef"

/* Emulated, a small VM and all that is in it take their time. */
#define await(condition) muri_test_await (condition, 300)

typedef struct
{
  Fixture fixture;
  MuriTestLibvirtd *libvirtd;
  MuriTestAgent *agent;
  char *path; /* of programs, as it was */
  char *source, *image;
  muri_v1_Uuid node, id;
} Real;

static const char machine[] =
    "<domain type='qemu'><memory unit='MiB'>96</memory><vcpu>1</vcpu><os>"
    "<type arch='x86_64' machine='pc'>hvm</type></os><devices><disk type='file' device='disk'>"
    "<driver name='qemu' type='qcow2'/><target dev='vda' bus='virtio'/></disk></devices></domain>";

/* What makes a tree a system to libguestfs, and what generalising is to take away or to leave. */
static const char tree[] =
    "cd \"$0\" && mkdir -p bin sbin usr/bin lib etc/ssh var/log var/lib/dbus var/lib/dpkg root tmp "
    "boot home/kim && echo " ID " >etc/machine-id && cp etc/machine-id var/lib/dbus/ && "
    "printf 'ID=debian\\nNAME=Debian\\nPRETTY_NAME=Debian\\nVERSION_ID=12\\n' >etc/os-release && "
    "echo 12.1 >etc/debian_version && echo '/dev/sda / ext4 defaults 0 1' >etc/fstab && "
    "echo old >etc/hostname && echo root:x:0:0::/root:/bin/sh >etc/passwd && "
    "touch var/lib/dpkg/status && echo key >etc/ssh/ssh_host_rsa_key && "
    "echo said >var/log/syslog && echo hers >home/kim/file";

static void
shell (const char *script, const char *first, const char *second)
{
  const char *const argv[] = { "sh", "-ec", script, first, second, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);

  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
make_image (Real *t)
{
  const char *directory = muri_test_directory ("images");
  g_autofree char *root = g_build_filename (directory, "tree", NULL);
  char *image = t->source = g_build_filename (directory, "image.qcow2", NULL);

  g_assert_cmpint (g_mkdir (root, 0700), ==, 0);
  shell (tree, root, NULL);
  shell ("truncate -s 48M \"$1.raw\" && mke2fs -q -t ext4 -d \"$0\" \"$1.raw\" && "
         "qemu-img convert -O qcow2 \"$1.raw\" \"$1\" && rm \"$1.raw\"",
         root, image);
}

/* ---- what libguestfs needs -------------------------------------------------------------- */

/* Its VM's kernel is that of this machine; in a container it is that of the small guests. NULL: it
 * can be tried here. */
static const char *
prepare_kernel (void)
{
  g_autofree char *directory = g_build_filename (muri_test_directory ("kernel"), "k", NULL);
  g_autofree char *fish = g_find_program_in_path ("guestfish");
  g_autofree char *sysprep = g_find_program_in_path ("virt-sysprep");
  g_autofree char *packages = g_build_filename (g_get_user_cache_dir (), "muri", "guest", NULL);
  g_autofree char *kernel = NULL, *modules = NULL;

  if (fish == NULL || sysprep == NULL)
    return "guestfish and virt-sysprep (libguestfs-tools, guestfs-tools) are not installed";
  if (!g_file_test ("/lib/modules", G_FILE_TEST_IS_DIR))
    return "libguestfs wants a directory /lib/modules, even where its kernel is elsewhere";
  if (g_getenv ("SUPERMIN_KERNEL") != NULL)
    return NULL;
  shell ("deb=$(ls -t \"$1\"/kernel-*.deb | head -n 1) && dpkg-deb -x \"$deb\" \"$0\" && "
         "depmod -b \"$0\" \"$(ls \"$0/lib/modules\")\" && "
         "mv \"$0\"/boot/vmlinuz-* \"$0/vmlinuz\" && mv \"$0\"/lib/modules/* \"$0/modules\"",
         directory, packages);
  kernel = g_build_filename (directory, "vmlinuz", NULL);
  modules = g_build_filename (directory, "modules", NULL);
  g_setenv ("SUPERMIN_KERNEL", kernel, TRUE);
  g_setenv ("SUPERMIN_MODULES", modules, TRUE);
  return NULL;
}

/* ---- an agent with a template ----------------------------------------------------------- */

static gboolean
has_store (Real *t)
{
  const muri_v1_Node *node = g_hash_table_lookup (t->fixture.nodes, &t->node);

  return node != NULL && node->store[0] != '\0';
}

static void
set_up (Real *t, gconstpointer data)
{
  fixture_set_up (&t->fixture, NULL);
  t->libvirtd = muri_test_libvirtd_from_environment ();
  g_assert_nonnull (t->libvirtd);
  t->path = g_strdup (g_getenv ("PATH"));
  muri_uuid_generate (&t->id);
}

/* As agents of tests are, but that it looks into what it holds. */
static void
begin (Real *t)
{
  const char *uri = muri_test_libvirtd_get_uri (t->libvirtd);
  const char *state;
  g_autofree char *path = NULL, *text = NULL;

  t->agent = muri_test_agent_spawn ("looker", uri, NULL);
  t->node = fixture_await_node (&t->fixture, "looker");
  muri_test_agent_kill9 (t->agent);
  state = muri_test_agent_get_state_dir (t->agent);
  path = g_strconcat (state, ".conf", NULL);
  text = g_strdup_printf ("[templates]\npath=%s/images\nlook=true\n", state);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  t->image = clone_fixture_put_template (state, &t->id, machine, t->source);
  g_hash_table_remove_all (t->fixture.nodes);
  muri_test_agent_restart (t->agent);
  fixture_await_node (&t->fixture, "looker");
  fixture_await (has_store (t));
}

static void
tear_down (Real *t, gconstpointer data)
{
  virStoragePoolPtr pool =
      virStoragePoolLookupByName (muri_test_libvirtd_get_connection (t->libvirtd), "muri");

  if (t->agent != NULL)
    muri_test_agent_free (t->agent);
  if (pool != NULL)
    {
      virStoragePoolDestroy (pool);
      virStoragePoolUndefine (pool);
      virStoragePoolFree (pool);
    }
  g_setenv ("PATH", t->path, TRUE);
  muri_test_libvirtd_free (t->libvirtd);
  fixture_tear_down (&t->fixture, NULL);
  g_free (t->path);
  g_free (t->source);
  g_free (t->image);
}

static const muri_v1_Template *
template_of (Real *t, const muri_v1_Uuid *id)
{
  return fixture_template (&t->fixture, &t->node, id);
}

static const muri_v1_Outcome *
generalise (Real *t, muri_v1_Operation *operation, const muri_v1_Uuid *into)
{
  const muri_v1_Report *report = NULL;
  char uuid[MURI_UUID_TEXT];

  fixture_add_target (operation, &t->node, NULL);
  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, muri_uuid_format (&t->id, uuid));
  fixture_add_parameter (operation, MURI_PARAMETER_INTO, muri_uuid_format (into, uuid));
  fixture_publish (&t->fixture, operation);
  await ((report = fixture_report (&t->fixture, operation)) != NULL && report->complete);
  g_test_message ("%s", report->outcomes._buffer[0].message);
  return &report->outcomes._buffer[0];
}

/* ---- tests ------------------------------------------------------------------------------ */

/* Only what else this needs is found. */
static void
hide_programs (void)
{
  static const char *const needed[] = { "qemu-img", "cp" };
  const char *directory = muri_test_directory ("programs");

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autofree char *from = g_find_program_in_path (needed[i]);
      g_autofree char *to = g_build_filename (directory, needed[i], NULL);
      g_autoptr (GFile) link = g_file_new_for_path (to);

      g_assert_true (g_file_make_symbolic_link (link, from, NULL, NULL));
    }
  g_setenv ("PATH", directory, TRUE);
}

static void
test_missing (Real *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation =
      fixture_operation (&t->fixture, MURI_VERB_GENERALISE_TEMPLATE, 100);
  const muri_v1_Template *template;
  muri_v1_Uuid into;

  muri_uuid_generate (&into);
  make_image (t);
  hide_programs ();
  begin (t);
  await ((template = template_of (t, &t->id)) != NULL
         && strstr (template->generalised_note, "guestfish") != NULL);
  g_assert_cmpuint (template->generalised, ==, MURI_GENERALISED_UNKNOWN);
  g_assert_nonnull (strstr (template->generalised_note, "is not installed"));
  g_assert_cmpuint (generalise (t, operation, &into)->state, ==, MURI_OUTCOME_UNSUPPORTED);
  g_assert_null (template_of (t, &into));
}

/* By the first of its parts alone, which reads ext4 without a kernel. */
static void
assert_emptied (const char *path)
{
  shell ("qemu-img convert -O raw \"$0\" \"$0.raw\"\n"
         "look () { debugfs -R \"cat $1\" \"$0.raw\" 2>/dev/null; }\n"
         "[ -z \"$(look /etc/machine-id)\" ] && [ -z \"$(look /var/lib/dbus/machine-id)\" ]\n"
         "[ -z \"$(look /etc/ssh/ssh_host_rsa_key)\" ] && [ -z \"$(look /var/log/syslog)\" ]\n"
         "[ \"$(look /home/kim/file)\" = hers ]\n"
         "rm \"$0.raw\"",
         path, NULL);
}

/* In the midst of it: the old one is whole, and nothing of a new one is left. */
static void
give_up (Real *t)
{
  g_autoptr (FixtureOperation) operation =
      fixture_operation (&t->fixture, MURI_VERB_GENERALISE_TEMPLATE, 280);
  const muri_v1_Report *report = NULL;
  char uuid[MURI_UUID_TEXT];
  muri_v1_Uuid into;

  muri_uuid_generate (&into);
  fixture_add_target (operation, &t->node, NULL);
  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, muri_uuid_format (&t->id, uuid));
  fixture_add_parameter (operation, MURI_PARAMETER_INTO, muri_uuid_format (&into, uuid));
  fixture_publish (&t->fixture, operation);
  await ((report = fixture_report (&t->fixture, operation)) != NULL
         && report->outcomes._buffer[0].step == MURI_STEP_GENERALISING);
  operation->control = MURI_CONTROL_CANCEL;
  fixture_publish (&t->fixture, operation);
  await ((report = fixture_report (&t->fixture, operation)) != NULL && report->complete);
  g_assert_cmpuint (report->outcomes._buffer[0].state, ==, MURI_OUTCOME_CANCELLED);
  await (template_of (t, &into) == NULL);
  g_assert_cmpuint (template_of (t, &t->id)->state, ==, MURI_TEMPLATE_STATE_READY);
}

static void
test_round (Real *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation =
      fixture_operation (&t->fixture, MURI_VERB_GENERALISE_TEMPLATE, 280);
  const char *why = prepare_kernel ();
  const muri_v1_Template *template;
  g_autofree char *images = NULL;
  g_autofree char *made = NULL;
  char uuid[MURI_UUID_TEXT];
  muri_v1_Uuid into;

  if (why != NULL)
    {
      g_test_skip (why);
      return;
    }
  muri_uuid_generate (&into);
  make_image (t);
  begin (t);
  await ((template = template_of (t, &t->id)) != NULL
         && (template->generalised != MURI_GENERALISED_UNKNOWN
             || g_str_has_prefix (template->generalised_note, "cannot")));
  g_test_message ("%u: %s", template->generalised, template->generalised_note);
  g_assert_cmpuint (template->generalised, ==, MURI_GENERALISED_NO);
  g_assert_nonnull (strstr (template->generalised_note, "SSH host keys"));

  give_up (t);
  g_assert_cmpuint (generalise (t, operation, &into)->state, ==, MURI_OUTCOME_DONE);
  await ((template = template_of (t, &into)) != NULL
         && template->state == MURI_TEMPLATE_STATE_READY);
  g_assert_cmpuint (template->generalised, ==, MURI_GENERALISED_YES);
  g_assert_true (muri_uuid_equal (&template->parent, &t->id));
  images = g_path_get_dirname (t->image);
  made = g_strdup_printf ("%s/muri-%s.qcow2", images, muri_uuid_format (&into, uuid));
  assert_emptied (made);
  g_assert_cmpuint (template_of (t, &t->id)->generalised, ==, MURI_GENERALISED_NO);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add ("/real/generalise/missing", Real, NULL, set_up, test_missing, tear_down);
  g_test_add ("/real/generalise/round", Real, NULL, set_up, test_round, tear_down);
  return muri_test_run ();
}
