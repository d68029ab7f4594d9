/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AgentTool: a program that is run to its end, and ends with this one.
 * @argv: its path or name first
 * @input: (nullable): what it reads from its standard input
 * @memory: address space, bytes; 0: any
 * @cpu: seconds; 0: any
 * @file_size: bytes of what it writes; 0: any
 * @closed: it gets no network, and of the file system, where the kernel can do that, programs and
 *   libraries, @read and @write only
 * @emulates: QEMU in it may have to write the code that it runs
 * @read: (nullable): files that it may read
 * @write: (nullable): files and directories that it may write as well
 * @scratch: (nullable): directories that it may make whatever it wants in
 * @environment: (nullable): "NAME=value" beside what this program has
 * @files: (nullable): what it finds as files /proc/self/fd/3, 4, …, and nobody else can; any may be
 *   NULL
 * @line: (nullable): is given each line of its output, ended by a line feed or a carriage return,
 *   on the calling thread
 *
 * With @closed it is meant to look into what others have made.
 */
typedef struct
{
  const char *const *argv;
  const char *input;
  guint64 memory, cpu, file_size;
  gboolean closed;
  gboolean emulates;
  const char *const *read;
  const char *const *write;
  const char *const *scratch;
  const char *const *environment;
  GBytes *const *files;
  guint n_files;
  void (*line) (const char *line, gpointer user_data);
  gpointer user_data;
} AgentTool;

/**
 * Blocks until it has ended; cancelled, it is killed. FALSE: it could not be run, was cancelled
 * or killed.
 * @output: (out) (optional): what it wrote, up to a bound
 * @words: (out) (optional): the last line of its standard error that says who speaks, else the
 *   last one, or ""
 * @status: (out): its exit status
 */
gboolean agent_tool_run (const AgentTool *tool, GCancellable *cancellable, char **output,
                         char **words, int *status, GError **error);

/* Of Muri itself: beside this program, where both run from a build tree, or as installed. */
char *agent_tool_find_own (const char *name);

G_END_DECLS
