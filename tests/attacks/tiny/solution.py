import os  # noqa: F401 - for the attacks that follow


# %%
def word_counts(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


# %%
def running_sums(numbers):
    sums = []
    for number in numbers:
        sums.append(number + (sums[-1] if sums else 0))
    return sums


# %%
print(word_counts("a b a"), running_sums([1, 2, 3]))
