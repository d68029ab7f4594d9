/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clone-fixture.h"

#include <signal.h>
#include <stdlib.h>

#include "muri-allocation.h"
#include "muri-deletion.h"
#include "muri-download.h"
#include "muri-name-pattern.h"
#include "muri-placement.h"
#include "muri-test-fleet.h"
#include "muri-upload.h"
#include "muri-uuid.h"

/* A console in two zones, with an agent in each: templates, and VMs made of them. */

#define N_AGENTS 2
#define SECONDS 40
#define N_MANY 24

typedef struct
{
  MuriTestAgent *agents[N_AGENTS];
  muri_v1_Uuid id;
  MuriFleet *fleet;
  MuriTemplate *template;
  MuriNode *nodes[N_AGENTS];
} Templates;

static const char *const names[N_AGENTS] = { "seoul", "busan" };

static const char machine[] = "<domain type='test'><memory unit='KiB'>90112</memory><vcpu>1</vcpu>"
                              "<os><type arch='i686'>hvm</type></os><devices>"
                              "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                              "<target dev='vda' bus='virtio'/></disk></devices></domain>";

static MuriTemplate *
find_template (Templates *t)
{
  char text[MURI_UUID_TEXT];

  return muri_fleet_find_template (t->fleet, muri_uuid_format (&t->id, text));
}

static guint
count_ready (Templates *t)
{
  MuriTemplate *template = find_template (t);

  return template != NULL ? muri_template_get_n_ready (template) : 0;
}

static void
begin (Templates *t, guint n_holders)
{
  guint zones[N_AGENTS] = { muri_test_zone (), muri_test_other_zone () };

  muri_uuid_generate (&t->id);
  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autofree char *uri = muri_test_node_file (names[i], 1, 1);
      g_autofree char *zone = g_strdup_printf ("%u", zones[i]);

      t->agents[i] = muri_test_agent_spawn (names[i], uri, "--zone", zone, NULL);
      if (i < n_holders)
        {
          muri_test_agent_kill9 (t->agents[i]);
          g_free (clone_fixture_put_template (muri_test_agent_get_state_dir (t->agents[i]), &t->id,
                                              machine, NULL));
          muri_test_agent_restart (t->agents[i]);
        }
    }
  t->fleet = muri_test_fleet_new_in (muri_test_directory ("console"), zones, N_AGENTS);
  for (guint i = 0; i < N_AGENTS; i++)
    {
      t->nodes[i] = muri_test_await_node (t->fleet, names[i], SECONDS);
      muri_test_await (muri_node_get_facts (t->nodes[i])->store[0] != '\0', SECONDS);
    }
  muri_test_await (count_ready (t) == n_holders, SECONDS);
  t->template = find_template (t);
}

static void
set_up (Templates *t, gconstpointer n_holders)
{
  begin (t, GPOINTER_TO_UINT (n_holders));
}

static void
tear_down (Templates *t, gconstpointer data)
{
  muri_test_fleet_free (t->fleet);
  for (guint i = 0; i < N_AGENTS; i++)
    muri_test_agent_free (t->agents[i]);
}

static MuriOperation *
ask (Templates *t, MuriRequest *request)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  MuriOperation *operation;

  muri_fleet_request_async (t->fleet, request, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  operation = muri_fleet_submit_finish (t->fleet, result, &error);
  g_assert_no_error (error);
  return operation;
}

/* As the console's window does it: names, hosts, a request. */
static MuriRequest *
prepare (Templates *t, const char *pattern, guint n, MuriPlacementMode mode)
{
  MuriRequest *request = muri_request_new (MURI_VERB_CLONE);
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  g_autoptr (GHashTable) taken = muri_fleet_list_names (t->fleet);
  g_auto (GStrv) vms = muri_name_pattern_expand (pattern, n, taken, NULL);
  g_autoptr (MuriPlacement) placement = NULL;
  MuriPlacementWish wish;

  for (guint i = 0; i < N_AGENTS; i++)
    g_ptr_array_add (nodes, t->nodes[i]);
  muri_placement_wish_init (&wish, t->template);
  wish.count = n;
  wish.mode = mode;
  wish.start = FALSE;
  placement = muri_placement_new (t->fleet, nodes, &wish);
  g_assert_cmpuint (placement->n_placed, ==, n);
  muri_placement_set_names (placement, (const char *const *)vms);
  muri_placement_add_to (placement, request);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, muri_template_get_id (t->template));
  muri_request_set_parameter (request, MURI_PARAMETER_LINKED, "1");
  return request;
}

static MuriTarget *
target_of (MuriOperation *operation, guint i)
{
  g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), i);

  return target;
}

static void
expect_done (MuriOperation *operation)
{
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    if (muri_target_get_state (target_of (operation, i)) != MURI_OUTCOME_DONE)
      g_error ("%s: %s: %s", muri_target_get_name (target_of (operation, i)),
               muri_outcome_to_nick (muri_target_get_state (target_of (operation, i))),
               muri_target_get_message (target_of (operation, i)));
}

static void
test_clone (Templates *t, gconstpointer data)
{
  g_autoptr (MuriRequest) request = prepare (t, "web-{001}", 2, MURI_PLACEMENT_ONE_EACH);
  g_autoptr (MuriOperation) operation = ask (t, request);
  g_autoptr (GHashTable) taken = NULL;
  g_auto (GStrv) next = NULL;

  muri_test_await_finished (operation, SECONDS);
  expect_done (operation);
  for (guint i = 0; i < 2; i++)
    {
      const char *name = muri_target_get_argument (target_of (operation, i));
      MuriVm *vm = muri_test_await_vm (t->fleet, name, SECONDS);

      g_assert_cmpstr (muri_vm_get_id (vm), ==, muri_target_get_vm_id (target_of (operation, i)));
      g_assert_true (muri_vm_get_node (vm) == t->nodes[i]);
      g_assert_cmpstr (muri_vm_get_template_id (vm), ==, muri_template_get_id (t->template));
      g_assert_true (muri_vm_is_linked (vm));
      g_assert_cmpuint (muri_vm_get_pending (vm), ==, MURI_VERB_NONE);
    }
  muri_test_await (muri_template_get_n_clones (t->template) == 2, SECONDS);
  taken = muri_fleet_list_names (t->fleet);
  next = muri_name_pattern_expand ("web-{001}", 1, taken, NULL);
  g_assert_cmpstr (next[0], ==, "web-003");
}

/* A name that is taken meanwhile is that one's failure. */
static void
test_name_taken (Templates *t, gconstpointer data)
{
  g_autoptr (MuriRequest) first = prepare (t, "web", 1, MURI_PLACEMENT_SPREAD);
  g_autoptr (MuriRequest) second = prepare (t, "web", 1, MURI_PLACEMENT_SPREAD);
  g_autoptr (MuriOperation) one = ask (t, first);
  g_autoptr (MuriOperation) other = NULL;

  muri_test_await_finished (one, SECONDS);
  expect_done (one);
  other = ask (t, second);
  muri_test_await_finished (other, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_failed (other), ==, 1);
  g_assert_nonnull (muri_target_get_message (target_of (other, 0)));
  g_assert_null (muri_fleet_find_vm (t->fleet, muri_target_get_vm_id (target_of (other, 0))));
}

static gboolean
exists (Templates *t, MuriTarget *target)
{
  return muri_fleet_find_vm (t->fleet, muri_target_get_vm_id (target)) != NULL;
}

static gboolean
agree (Templates *t, MuriOperation *operation)
{
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = target_of (operation, i);

      if (exists (t, target) != (muri_target_get_state (target) == MURI_OUTCOME_DONE))
        return FALSE;
    }
  return TRUE;
}

/* Whatever had been made by then is there, and nothing else. */
static void
test_cancel (Templates *t, gconstpointer data)
{
  g_autoptr (MuriRequest) request = prepare (t, "many-{1}", N_MANY, MURI_PLACEMENT_SPREAD);
  g_autoptr (MuriOperation) operation = NULL;
  const MuriPacing one = { .per_node = 1 };

  muri_request_set_pacing (request, &one, NULL);
  operation = ask (t, request);
  muri_test_await (muri_operation_get_n_done (operation) > 0, SECONDS);
  muri_fleet_cancel (t->fleet, operation);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_failed (operation), ==, 0);
  g_assert_cmpuint (muri_operation_get_n_done (operation)
                        + muri_operation_get_n_cancelled (operation),
                    ==, N_MANY);
  muri_test_await (agree (t, operation), SECONDS);
}

/* Its last holder is gone: known still, and not offered. */
static void
test_outage (Templates *t, gconstpointer data)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  g_autoptr (MuriPlacement) placement = NULL;
  const MuriPlacementHost *other;
  MuriPlacementWish wish;

  muri_test_agent_stop (t->agents[0]);
  muri_test_await (!muri_template_is_available (t->template), SECONDS);
  g_assert_cmpuint (muri_template_get_state (t->template), ==, MURI_TEMPLATE_STATE_READY);
  g_ptr_array_add (nodes, t->nodes[1]);
  muri_placement_wish_init (&wish, t->template);
  placement = muri_placement_new (t->fleet, nodes, &wish);
  other = placement->hosts->pdata[0];
  g_assert_cmpint (other->reason, ==, MURI_PLACEMENT_NO_IMAGE);

  muri_test_agent_restart (t->agents[0]);
  muri_test_await (muri_template_is_available (t->template), SECONDS);
}

/* ---- images of the desktop ---- */

static GFile *
make_image (const char *name, guint megabytes)
{
  const char *directory = muri_test_directory ("image");
  g_autofree char *raw = g_build_filename (directory, "raw", NULL);
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree guint32 *noise = g_new (guint32, megabytes << 18);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < megabytes << 18; i++)
    noise[i] = g_rand_int (rand);
  g_file_set_contents (raw, (const char *)noise, (gssize)megabytes << 20, &error);
  g_assert_no_error (error);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "qemu-img", "convert", "-O", "qcow2",
                              raw, path, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  return g_file_new_for_path (path);
}

static MuriImageFile *
read_image (GFile *file)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  MuriImageFile *image;

  muri_image_file_read_async (file, NULL, NULL, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  image = muri_image_file_read_finish (result, &error);
  g_assert_no_error (error);
  return image;
}

static MuriOperation *
announce (Templates *t, const MuriImageFile *image, const char *id)
{
  g_autoptr (MuriRequest) request = muri_request_new (MURI_VERB_RECEIVE_TEMPLATE);
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, image->size);

  muri_request_add_node (request, t->nodes[0]);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, id);
  muri_request_set_parameter (request, MURI_PARAMETER_NAME, "sent");
  muri_request_set_parameter (request, MURI_PARAMETER_SIZE, size);
  muri_request_set_parameter (request, MURI_PARAMETER_SHA256, image->sha256);
  muri_request_set_parameter (request, MURI_PARAMETER_FORMAT, image->format);
  muri_request_set_document (request, "from a desktop");
  return ask (t, request);
}

static void
on_progress (guint64 done, guint64 total, gpointer data)
{
  g_assert_cmpuint (done, <=, total);
  *(guint64 *)data = done;
}

static void
send_image (Templates *t, const MuriImageFile *image, const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint64 done = 0;

  muri_upload_async (image, t->nodes[0], id, NULL, on_progress, &done, NULL, muri_test_keep_result,
                     &result);
  muri_test_await (result != NULL, SECONDS);
  muri_upload_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (done, ==, image->size);
}

static void
download (MuriTemplate *template, GFile *file)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  muri_download_async (template, file, NULL, NULL, NULL, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  muri_download_finish (result, &error);
  g_assert_no_error (error);
}

/* Returns the template that becomes of it. */
static MuriTemplate *
receive (Templates *t, const MuriImageFile *image)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (MuriOperation) operation = announce (t, image, id);
  MuriTemplate *template;

  send_image (t, image, id);
  muri_test_await_finished (operation, SECONDS);
  expect_done (operation);
  muri_test_await ((template = muri_fleet_find_template (t->fleet, id)) != NULL
                       && muri_template_is_available (template),
                   SECONDS);
  return template;
}

static void
test_image (Templates *t, gconstpointer data)
{
  g_autoptr (GFile) file = make_image ("disk.qcow2", 4);
  g_autoptr (GFile) copy = g_file_new_build_filename (muri_test_directory ("copy"), "copy", NULL);
  g_autoptr (MuriImageFile) image = read_image (file);
  g_autoptr (MuriImageFile) again = NULL;
  MuriTemplate *template = receive (t, image);
  const muri_v1_Template *facts = muri_template_get_facts (template);
  char digest[65];

  g_assert_cmpstr (image->format, ==, "qcow2");
  g_assert_cmpstr (facts->name, ==, "sent");
  g_assert_cmpstr (facts->notes, ==, "from a desktop");
  g_assert_cmpuint (facts->size, ==, 4 << 20);
  for (guint i = 0; i < 32; i++)
    g_snprintf (digest + 2 * i, 3, "%02x", facts->sha256[i]);
  download (template, copy);
  again = read_image (copy);
  g_assert_cmpstr (again->sha256, ==, digest);
}

/* An agent of another zone gets what it lacks from the holder that the request names. */
static void
test_fetch (Templates *t, gconstpointer data)
{
  g_autoptr (GFile) file = make_image ("disk.qcow2", 4);
  g_autoptr (MuriImageFile) image = read_image (file);
  g_autoptr (MuriRequest) request = NULL;
  g_autoptr (MuriOperation) operation = NULL;

  t->template = receive (t, image);
  request = prepare (t, "far-{1}", 2, MURI_PLACEMENT_ONE_EACH);
  operation = ask (t, request);
  muri_test_await_finished (operation, SECONDS);
  expect_done (operation);
  muri_test_await (muri_template_get_n_ready (t->template) == 2, SECONDS);
  g_assert_nonnull (muri_template_find_holder (t->template, t->nodes[1]));
  muri_test_await (muri_template_get_n_clones (t->template) == 2, SECONDS);
}

/* Who answers for the agent on its port. */
static GPid
find_http (GPid agent)
{
  g_autofree char *directory = g_strdup_printf ("/proc/%d/task", agent);
  g_autoptr (GDir) tasks = g_dir_open (directory, 0, NULL);
  const char *task;

  while (tasks != NULL && (task = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, task, "children", NULL);
      g_autofree char *text = NULL;
      g_auto (GStrv) children = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        children = g_strsplit (text, " ", -1);
      for (guint i = 0; children != NULL && children[i] != NULL; i++)
        {
          g_autofree char *name_path = g_build_filename ("/proc", children[i], "comm", NULL);
          g_autofree char *name = NULL;

          if (g_file_get_contents (name_path, &name, NULL, NULL)
              && g_str_has_prefix (name, "muri-agent-http"))
            return atoi (children[i]);
        }
    }
  return 0;
}

typedef struct
{
  GPid agent;
  guint cuts;
  guint64 done, back; /* bytes: the last that it said, and how far it once went back */
} Cut;

static void
cut (guint64 done, guint64 total, gpointer data)
{
  Cut *it = data;
  GPid http = it->cuts == 0 && done > total / 8 && done < total ? find_http (it->agent) : 0;

  if (done < it->done)
    it->back = MAX (it->back, it->done - done);
  it->done = done;
  if (http > 1 && kill (http, SIGKILL) == 0)
    it->cuts++;
}

/* In the midst the connection breaks: it goes on where the host says that it is. */
static void
test_image_cut (Templates *t, gconstpointer data)
{
  g_autoptr (GFile) file = make_image ("large.qcow2", 48);
  g_autoptr (MuriImageFile) image = read_image (file);
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (MuriOperation) operation = announce (t, image, id);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Cut it = { .agent = muri_test_agent_get_pid (t->agents[0]) };

  muri_upload_async (image, t->nodes[0], id, NULL, cut, &it, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  muri_upload_finish (result, &error);
  g_assert_no_error (error);
  g_test_message ("cut %u times, back by %" G_GUINT64_FORMAT, it.cuts, it.back);
  g_assert_cmpuint (it.cuts, ==, 1);
  g_assert_cmpuint (it.done, ==, image->size);
  muri_test_await_finished (operation, SECONDS);
  expect_done (operation);
}

/* Given up: nothing is left of it there, and nobody waits for more. */
static void
test_image_cancelled (Templates *t, gconstpointer data)
{
  g_autoptr (GFile) file = make_image ("disk.qcow2", 4);
  g_autoptr (MuriImageFile) image = read_image (file);
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (MuriOperation) operation = announce (t, image, id);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  muri_test_await (muri_target_get_step (target_of (operation, 0)) == MURI_STEP_RECEIVING, SECONDS);
  muri_fleet_cancel (t->fleet, operation);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_cancelled (operation), ==, 1);
  muri_test_await (muri_fleet_find_template (t->fleet, id) == NULL, SECONDS);
  muri_upload_async (image, t->nodes[0], id, NULL, NULL, NULL, cancellable, muri_test_keep_result,
                     &result);
  g_cancellable_cancel (cancellable);
  muri_test_await (result != NULL, SECONDS);
  g_assert_false (muri_upload_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* ---- the rest of their life ---- */

static void
test_life (Templates *t, gconstpointer data)
{
  g_autoptr (MuriRequest) request = prepare (t, "web-{1}", 2, MURI_PLACEMENT_ONE_EACH);
  g_autoptr (MuriOperation) made = ask (t, request);
  g_autoptr (MuriOperation) resized = NULL;
  g_autoptr (MuriOperation) deleted = NULL;
  g_autoptr (MuriRequest) resize = NULL;
  g_autoptr (GPtrArray) deletes = NULL;
  g_autoptr (GPtrArray) vms = g_ptr_array_new ();
  g_autoptr (MuriAllocation) allocation = NULL;
  g_autoptr (MuriDeletion) deletion = NULL;
  MuriAllocationWish wish;

  muri_test_await_finished (made, SECONDS);
  expect_done (made);
  g_ptr_array_add (vms, muri_test_await_vm (t->fleet, "web-1", SECONDS));
  g_ptr_array_add (vms, muri_test_await_vm (t->fleet, "web-2", SECONDS));
  muri_allocation_wish_init (&wish);
  g_assert_true (muri_adjustment_parse_vcpus ("+1", &wish.vcpus));
  g_assert_true (muri_adjustment_parse_memory ("+50 %", &wish.memory));
  allocation = muri_allocation_new (vms, &wish);
  g_assert_cmpuint (allocation->n_possible, ==, 2);
  resize = muri_allocation_make_request (allocation);
  resized = ask (t, resize);
  muri_test_await_finished (resized, SECONDS);
  expect_done (resized);
  for (guint i = 0; i < vms->len; i++)
    {
      const MuriAllocationItem *item = allocation->items->pdata[i];

      muri_test_await (muri_vm_get_facts (vms->pdata[i])->vcpus == item->then_next.vcpus, SECONDS);
      muri_test_await (muri_vm_get_facts (vms->pdata[i])->memory == item->then_next.memory,
                       SECONDS);
    }

  deletion = muri_deletion_new (vms, TRUE);
  g_assert_cmpuint (deletion->n_possible, ==, 2);
  g_assert_cmpuint (muri_deletion_count_volumes (deletion), ==, 2);
  deletes = muri_deletion_make_requests (deletion);
  g_assert_cmpuint (deletes->len, ==, 1);
  deleted = ask (t, deletes->pdata[0]);
  muri_test_await_finished (deleted, SECONDS);
  expect_done (deleted);
  muri_test_await (muri_test_find_vm (t->fleet, "web-1") == NULL
                       && muri_test_find_vm (t->fleet, "web-2") == NULL,
                   SECONDS);
  muri_test_await (muri_template_get_n_clones (t->template) == 0, SECONDS);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
#define ADD(name, n_holders, func)                                                                 \
  g_test_add ("/fleet/templates/" name, Templates, GUINT_TO_POINTER (n_holders), set_up, func,     \
              tear_down)
  ADD ("clone", 2, test_clone);
  ADD ("name-taken", 2, test_name_taken);
  ADD ("cancel", 2, test_cancel);
  ADD ("outage", 1, test_outage);
  ADD ("fetch", 0, test_fetch);
  ADD ("image", 0, test_image);
  ADD ("image-cancelled", 0, test_image_cancelled);
  ADD ("image-cut", 0, test_image_cut);
  ADD ("life", 2, test_life);
  return muri_test_run ();
}
