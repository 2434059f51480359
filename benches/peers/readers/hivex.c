/* hivex, called as the Rust programs beside it are: PROGRAM WORK HIVE. */
#include <hivex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long keys, values, bytes, sum, refused;

static void read_values(hive_h *hive, hive_node_h node)
{
    hive_value_h *list = hivex_node_values(hive, node);
    if (!list) {
        refused++;
        return;
    }
    for (hive_value_h *value = list; *value; value++) {
        hive_type type;
        size_t length;
        char *data = hivex_value_value(hive, *value, &type, &length);
        if (!data) {
            refused++;
            continue;
        }
        values++;
        bytes += length;
        for (size_t at = 0; at < length; at++)
            sum += (unsigned char) data[at];
        free(data);
    }
    free(list);
}

static void walk(hive_h *hive, hive_node_h node)
{
    keys++;
    read_values(hive, node);
    hive_node_h *list = hivex_node_children(hive, node);
    if (!list) {
        refused++;
        return;
    }
    for (hive_node_h *child = list; *child; child++)
        walk(hive, *child);
    free(list);
}

int main(int count, char **arguments)
{
    const char *path[] = {"ControlSet001", "Services", "Winsock", "Parameters", NULL};
    if (count != 3)
        return 2;
    hive_h *hive = hivex_open(arguments[2], 0);
    if (!hive) {
        perror("hivex_open");
        return 1;
    }
    hive_node_h node = hivex_root(hive);
    if (!strcmp(arguments[1], "walk")) {
        walk(hive, node);
    } else if (!strcmp(arguments[1], "lookup")) {
        for (const char **name = path; *name && node; name++)
            node = hivex_node_get_child(hive, node, *name);
        if (node) {
            keys = 1;
            read_values(hive, node);
        }
    } else {
        return 2;
    }
    hivex_close(hive);

    unsigned long peak = 0;
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        sscanf(line, "VmHWM: %lu", &peak);
    printf("keys=%llu values=%llu bytes=%llu sum=%llu descriptors=0 refused=%llu peak_kib=%lu\n", keys, values, bytes,
           sum, refused, peak);
    return 0;
}
