from django.urls import path

from reviews.views import assigning, desk, judging, looking, moves, ranking, rounds, rubrics

app_name = "reviews"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("rubrics/", rubrics.rubric_list, name="rubrics"),
    path("rubrics/new/", rubrics.rubric_new, name="rubric-new"),
    path("rubrics/<int:pk>/", rubrics.rubric_detail, name="rubric"),
    path("rubrics/<int:pk>/edit/", rubrics.rubric_edit, name="rubric-edit"),
    path("rubrics/<int:pk>/version/", rubrics.rubric_version, name="rubric-version"),
    path("rubrics/<int:pk>/criteria/<int:key>/", rubrics.rubric_criterion, name="rubric-criterion"),
    path(
        "rubrics/<int:pk>/criteria/<int:key>/arrange/",
        rubrics.rubric_arrange,
        name="rubric-arrange",
    ),
    path("batches/<int:pk>/", rounds.round_list, name="rounds"),
    path("batches/<int:pk>/new/", rounds.round_new, name="round-new"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round"),
    path("rounds/<int:pk>/open/", rounds.round_open, name="round-open"),
    path("rounds/<int:pk>/window/", rounds.round_window, name="round-window"),
    path("rounds/<int:pk>/entries/", rounds.round_entries, name="round-entries"),
    path("rounds/<int:pk>/draw/", assigning.round_draw, name="round-draw"),
    path("rounds/<int:pk>/freeze/", rounds.round_freeze, name="round-freeze"),
    path("rounds/<int:pk>/ranking/", ranking.ranking, name="ranking"),
    path("rounds/<int:pk>/ranking.xlsx", ranking.ranking_export, name="ranking-export"),
    path("rounds/<int:pk>/pledge/", desk.pledge, name="pledge"),
    path("entries/<int:pk>/", assigning.entry_detail, name="entry"),
    path("entries/<int:pk>/assign/", assigning.round_assign, name="round-assign"),
    path("assignments/<int:pk>/", judging.review, name="review"),
    path("assignments/<int:pk>/submit/", judging.review_submit, name="review-submit"),
    path("assignments/<int:pk>/recuse/", judging.review_recuse, name="review-recuse"),
    path(
        "assignments/<int:pk>/files/<int:file>/view/",
        looking.review_file_view,
        name="review-file-view",
    ),
    path(
        "assignments/<int:pk>/files/<int:file>/pages/<int:page>/",
        looking.review_file_page,
        name="review-file-page",
    ),
    path("assignments/<int:pk>/files/<int:file>/", judging.review_file, name="review-file"),
    path(
        "assignments/<int:pk>/progress/<int:file>/",
        judging.review_progress_file,
        name="review-progress-file",
    ),
    path("assignments/<int:pk>/reopen/", moves.review_reopen, name="review-reopen"),
    path("assignments/<int:pk>/release/", moves.review_release, name="review-release"),
]
