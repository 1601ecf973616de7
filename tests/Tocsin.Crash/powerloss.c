/* Keeps of every file under POWERLOSS_ROOT what it held at its last fsync, in POWERLOSS_IMAGE: what a machine that loses
 * power may rely on. Preloaded into the process that is to be killed; the test then rebuilds the directory from the image.
 *
 * Image: data-INODE is a file's content, entries-INODE the "INODE NAME" lines of a directory, root the inode of the root.
 * What exists when the process begins counts as written. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *root, *image;
static int (*real_fsync)(int), (*real_fdatasync)(int);
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void fail(const char *what) { perror(what); abort(); }

static void finish(const char *temporary, unsigned long inode, const char *kind) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s-%lu", image, kind, inode);
    if (rename(temporary, path) != 0) fail("powerloss: rename");
}

static void keep_data(const char *from, unsigned long inode) {
    char temporary[PATH_MAX], buffer[65536];
    snprintf(temporary, sizeof temporary, "%s/unfinished", image);
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0) fail("powerloss: open");
    ssize_t count;
    while ((count = read(in, buffer, sizeof buffer)) > 0)
        if (write(out, buffer, count) != count) fail("powerloss: write");
    close(in);
    close(out);
    finish(temporary, inode, "data");
}

static void keep_entries(const char *directory, unsigned long inode) {
    char temporary[PATH_MAX];
    snprintf(temporary, sizeof temporary, "%s/unfinished", image);
    FILE *out = fopen(temporary, "we");
    DIR *entries = opendir(directory);
    if (!out || !entries) fail("powerloss: opendir");
    for (struct dirent *entry; (entry = readdir(entries));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            fprintf(out, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    closedir(entries);
    fclose(out);
    finish(temporary, inode, "entries");
}

static void keep(const char *path) {
    struct stat what;
    if (stat(path, &what) != 0) return;
    if (S_ISDIR(what.st_mode)) keep_entries(path, what.st_ino);
    else if (S_ISREG(what.st_mode)) keep_data(path, what.st_ino);
}

static void keep_all(const char *directory) {
    keep(directory);
    DIR *entries = opendir(directory);
    if (!entries) fail("powerloss: opendir");
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (entry->d_type == DT_DIR) keep_all(path);
        else keep(path);
    }
    closedir(entries);
}

__attribute__((constructor)) static void begin(void) {
    root = getenv("POWERLOSS_ROOT");
    image = getenv("POWERLOSS_IMAGE");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    if (!root || !image) return;
    struct stat what;
    if (stat(root, &what) != 0) fail("powerloss: POWERLOSS_ROOT");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/root", image);
    FILE *out = fopen(path, "we");
    if (!out) fail("powerloss: POWERLOSS_IMAGE");
    fprintf(out, "%lu\n", (unsigned long)what.st_ino);
    fclose(out);
    keep_all(root);
}

static int synced(int descriptor, int result) {
    if (result != 0 || !root || !image) return result;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return result;
    path[length] = 0;
    if (strncmp(path, root, strlen(root)) != 0) return result;
    pthread_mutex_lock(&gate);
    keep(path);
    pthread_mutex_unlock(&gate);
    return result;
}

int fsync(int descriptor) { return synced(descriptor, real_fsync(descriptor)); }

int fdatasync(int descriptor) { return synced(descriptor, real_fdatasync(descriptor)); }
